package import ArgumentParser
package import Corpus

/// What running text is cut into, and which words are kept.
package struct WordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How running text is cut into words: whitespace; letters; mallet, its \\p{L}[\\p{L}\\p{P}]+\\p{L}; unicode, after "
                + "UAX 29 (default: whitespace).",
            valueName: "rule"))
    package var tokens = TokenRule.whitespace

    @Flag(help: "Take running text in lower case.")
    package var lowercase = false

    @Flag(name: .customLong("remove-stopwords"), help: "Remove common English words.")
    package var removesStopWords = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Remove the words of this file, one a line; may be given several times.", valueName: "file"))
    package var stoplistFile: [String] = []

    @Option(
        name: .customLong("extra-stopwords"), parsing: .singleValue,
        help: ArgumentHelp("Remove these words, between commas; may be given several times.", valueName: "words"))
    package var extraStopWords: [String] = []

    @Option(
        help: ArgumentHelp(
            "Keep no other words than those of this file, one a line (what follows a TAB is not read).",
            valueName: "file"))
    package var vocab: String?

    @Option(
        name: .customLong("min-df"),
        help: ArgumentHelp(
            "Remove words that are in fewer documents; with a point a share of them.", valueName: "number|share"),
        transform: Numbers.documents)
    package var minDocuments: WordRules.DocumentLimit?

    @Option(
        name: .customLong("max-df"),
        help: ArgumentHelp(
            "Remove words that are in more documents; with a point a share of them.", valueName: "number|share"),
        transform: Numbers.documents)
    package var maxDocuments: WordRules.DocumentLimit?

    @Option(
        name: .customLong("min-cf"),
        help: ArgumentHelp("Remove words that occur less often in all documents together.", valueName: "number"),
        transform: Numbers.whole(0...Int.max))
    package var minTokens: Int?

    @Option(
        name: .customLong("rm-top"),
        help: ArgumentHelp("Remove so many of the most frequent words (default: 0).", valueName: "number"),
        transform: Numbers.whole(0...Int.max))
    package var removedTop = 0

    @Option(
        name: .customLong("max-vocab"),
        help: ArgumentHelp("Keep so many words at most, the most frequent ones.", valueName: "number"),
        transform: Numbers.whole(1...Int.max))
    package var maxWords: Int?

    package init() {}

    package var tokenizer: Tokenizer { Tokenizer(tokens, lowercases: lowercase) }

    /// Reads the files of words.
    package func rules() throws(CorpusError) -> WordRules {
        var rules = WordRules()
        if removesStopWords { rules.stopWords.formUnion(StopWords.english.map { Array($0.utf8) }) }
        for file in stoplistFile {
            let words = try WordTable(readingFrom: file)
            rules.stopWords.formUnion((0..<words.count).map { words[$0] })
        }
        rules.stopWords.formUnion(
            extraStopWords.flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }.map(Array.init))
        if let vocab { rules.vocabulary = try WordTable(readingFrom: vocab) }
        rules.minDocuments = minDocuments
        rules.maxDocuments = maxDocuments
        rules.minTokens = minTokens
        rules.removedTop = removedTop
        rules.maxWords = maxWords
        return rules
    }
}

extension TokenRule: ExpressibleByArgument {}
