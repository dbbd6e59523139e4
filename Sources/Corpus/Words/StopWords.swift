/// Words that carry little information about the topics of a text.
package enum StopWords {
    /// English function words in lower case, including the parts into which tokenisers split contractions. (The list
    /// was compiled for this project: pronouns, determiners, prepositions, conjunctions, auxiliaries and the commonest
    /// adverbs.)
    package static let english: [String] = """
        a about above across after afterwards again against ain ain't all almost alone along already also although
        always am among amongst an and another any anybody anyhow anyone anything anyway anywhere are aren aren't around
        as at away
        back be became because become becomes been before beforehand behind being below beside besides between beyond
        both but by
        can can't cannot could couldn couldn't
        did didn didn't do does doesn doesn't doing don don't done down due during
        each either else elsewhere enough etc even ever every everybody everyone everything everywhere except
        few for former formerly from further furthermore
        get gets getting go goes going gone got
        had hadn hadn't has hasn hasn't have haven haven't having he he'd he'll he's hence her here here's hereby hers
        herself him himself his how how's however
        i i'd i'll i'm i've if in indeed inside instead into is isn isn't it it's its itself
        just
        last latter least less let let's like likely ll
        made mainly make makes making many may maybe me meanwhile might mightn mightn't mine more moreover most mostly
        much must mustn mustn't my myself
        near nearly needn needn't neither never nevertheless next no nobody none nonetheless nor not nothing now nowhere
        of off often on once one ones only onto or other others otherwise ought our ours ourselves out outside over own
        per perhaps please quite
        rather re really
        said same say says seem seemed seeming seems several shall shan shan't she she'd she'll she's should shouldn
        shouldn't since so some somebody somehow someone something sometimes somewhat somewhere still such
        than that that'll that's the their theirs them themselves then thence there there's thereafter thereby therefore
        these they they'd they'll they're they've this those though through throughout thus to together too toward
        towards
        under unless until up upon us used
        ve very via
        was wasn wasn't we we'd we'll we're we've well were weren weren't what what's whatever when when's whenever
        where where's whereas whereby wherever whether which whichever while who who's whoever whole whom whose why
        why's will with within without won won't would wouldn wouldn't
        yet you you'd you'll you're you've your yours yourself yourselves
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    /// The parts of contractions in the list that remain if words are runs of letters: `don` and `t` of `don't`.
    package static let contractionParts: [String] = english.filter { $0.contains("'") }.flatMap {
        $0.split(separator: "'").map(String.init)
    }

    /// Reads a list of words to remove. They are separated by white space, as in MALLET's lists. Numbers after the
    /// first TAB of a line are ignored, because `dist-lda vocabulary` writes the frequencies of words there.
    package static func read(_ path: String) throws(CorpusError) -> [[UInt8]] {
        var words: [[UInt8]] = []
        try WordTable.forEachLine(of: path, skipsBlankLines: true) { line, _ throws(CorpusError) in
            let firstColumn = DistLDAFormat.end(ofCellAt: 0, in: line)
            var fields = BlankFields()
            while let field = fields.next(in: line) {
                if field.lowerBound > firstColumn, CountField.whole(line, field, limit: .max) != nil { continue }
                words.append(field.map { line[$0] })
            }
        }
        return words
    }

    /// Returns the word with `'` in the place of each typographic apostrophe: U+2019, U+02BC and U+FF07.
    static func withPlainApostrophes(_ word: [UInt8]) -> [UInt8] {
        guard word.contains(where: { $0 >= 0x80 }) else { return word }
        var (plain, index) = ([UInt8](), 0)
        while index < word.count {
            let length = apostrophes.first { word[index...].starts(with: $0) }?.count ?? 0
            plain.append(length > 0 ? UInt8(ascii: "'") : word[index])
            index += max(1, length)
        }
        return plain
    }

    private static let apostrophes = ["\u{2019}", "\u{2BC}", "\u{FF07}"].map { Array($0.utf8) }
}
