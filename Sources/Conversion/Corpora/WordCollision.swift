package import Corpus

/// Two different words of a corpus that a format would write in the same form, so that they would be read as one word.
package struct WordCollision: Error, Equatable {
    package let words: [Excerpt]
    package let written: Excerpt
    package let format: CorpusFormat

    init(_ first: [UInt8], _ second: [UInt8], written: [UInt8], in format: CorpusFormat) {
        words = [Excerpt(first), Excerpt(second)]
        self.written = Excerpt(written)
        self.format = format
    }
}

extension WordCollision: CustomStringConvertible {
    package var description: String {
        "\"\(words[0])\" and \"\(words[1])\" are different words, but \(format.rawValue) would hold both as "
            + "\"\(written)\": use --to=jsonl, which holds every word unchanged, or change one of them"
    }
}
