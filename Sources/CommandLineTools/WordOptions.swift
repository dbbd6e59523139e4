package import ArgumentParser
package import Corpus

/// The options for words: how running text is split into them, and which are kept.
package struct WordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How running text is split into words: by whitespace, letters, mallet (\\p{L}[\\p{L}\\p{P}]+\\p{L}) or "
                + "unicode (UAX 29) (default: whitespace).",
            valueName: "rule"))
    package var tokens = TokenRule.whitespace

    @Option(
        help: ArgumentHelp(
            "Convert running text to a normal form of Unicode, so that equal letters are equal bytes (default: none).",
            valueName: "none|nfc"))
    package var normalize = NormalForm.none

    @Flag(help: "Convert running text to lower case.")
    package var lowercase = false

    @Flag(
        name: .customLong("remove-stopwords"),
        help: "Remove common English words; with --tokens=letters also the parts of contractions (don, t).")
    package var removesStopWords = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Remove the words in this file, separated by white space; may be repeated.", valueName: "file"))
    package var stoplistFile: [String] = []

    @Option(
        name: .customLong("extra-stopwords"), parsing: .singleValue,
        help: ArgumentHelp("Remove these words, separated by commas; may be repeated.", valueName: "words"))
    package var extraStopWords: [String] = []

    @Option(
        help: ArgumentHelp(
            "Keep only the words in this file, one per line (text after a TAB is ignored), or in gensim's lines id TAB "
                + "word TAB documents.",
            valueName: "file"))
    package var vocab: String?

    @Option(
        name: .customLong("min-df"),
        help: ArgumentHelp(
            "Remove words that occur in fewer documents than this number, or share if it has a decimal point.",
            valueName: "number|share"),
        transform: Numbers.documents)
    package var minDocuments: WordRules.DocumentLimit?

    @Option(
        name: .customLong("max-df"),
        help: ArgumentHelp(
            "Remove words that occur in more documents than this number, or share if it has a decimal point.",
            valueName: "number|share"),
        transform: Numbers.documents)
    package var maxDocuments: WordRules.DocumentLimit?

    @Option(
        name: .customLong("min-cf"),
        help: ArgumentHelp("Remove words that occur fewer times than this in all documents.", valueName: "number"),
        transform: Numbers.whole(0...Int.max))
    package var minTokens: Int?

    @Option(
        name: .customLong("rm-top"),
        help: ArgumentHelp("Remove this many of the most frequent words (default: 0).", valueName: "number"),
        transform: Numbers.whole(0...Int.max))
    package var removedTop = 0

    @Option(
        name: .customLong("max-vocab"),
        help: ArgumentHelp("Keep at most this many words, the most frequent ones.", valueName: "number"),
        transform: Numbers.whole(1...Int.max))
    package var maxWords: Int?

    package init() {}

    /// Whether no option for words was given.
    package var areDefaults: Bool {
        tokens == .whitespace && normalize == .none && !lowercase && !removesStopWords && stoplistFile.isEmpty
            && extraStopWords.isEmpty && vocab == nil && minDocuments == nil && maxDocuments == nil
            && minTokens == nil && removedTop == 0 && maxWords == nil
    }

    package var tokenizer: Tokenizer { Tokenizer(tokens, lowercases: lowercase, normalForm: normalize) }

    /// Returns the rules for keeping words, after reading the word lists.
    package func rules() throws(CorpusError) -> WordRules {
        var rules = WordRules()
        if removesStopWords {
            let parts = tokens == .letters ? StopWords.contractionParts : []
            rules.addStopWords((StopWords.english + parts).map { Array($0.utf8) })
        }
        for file in stoplistFile { rules.addStopWords(try StopWords.read(file)) }
        rules.addStopWords(extraStopWords.flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }.map(Array.init))
        if let vocab { rules.vocabulary = try WordTable(wordListFrom: vocab) }
        rules.minDocuments = minDocuments
        rules.maxDocuments = maxDocuments
        rules.minTokens = minTokens
        rules.removedTop = removedTop
        rules.maxWords = maxWords
        return rules
    }
}

extension NormalForm: ExpressibleByArgument {}
extension TokenRule: ExpressibleByArgument {}
