/// The rules by which running text is split into words; raw values are the spellings on the command line.
package enum TokenRule: String, CaseIterable, Sendable {
    /// Words are separated by ASCII white space.
    case whitespace
    /// Words are runs of letters with the marks that belong to them.
    case letters
    /// Words match MALLET's `\p{L}[\p{L}\p{P}]+\p{L}`: they begin and end with a letter, contain only letters and
    /// punctuation, and have at least three characters.
    case mallet
    /// Words are defined by Unicode (UAX 29, see `UnicodeWords`).
    case unicode
}

/// Splits running text into words, and converts them to lower case if requested.
///
/// Bytes that are not UTF-8 belong to words only if words are separated by white space; the other rules drop them.
/// Lower case does not depend on the language (`LowerCase`).
package struct Tokenizer: Sendable, Equatable {
    package var rule: TokenRule
    package var lowercases: Bool

    package init(_ rule: TokenRule = .whitespace, lowercases: Bool = false) {
        self.rule = rule
        self.lowercases = lowercases
    }

    /// Adds the words of the text at `range` of `line` to `document`.
    func parse(_ line: Span<UInt8>, _ range: Range<Int>, into document: inout ParsedDocument) throws(LineFault) {
        guard lowercases else {
            return try cut(line.extracting(..<range.upperBound), from: range.lowerBound, into: &document)
        }
        var lower: [UInt8] = []
        swap(&lower, &document.bytes)
        LowerCase.append(line, range, to: &lower)
        try cut(own: &lower, into: &document)
    }

    /// Adds the words of `text`, which is not part of the line, to `document`.
    func parse(ownText text: [UInt8], into document: inout ParsedDocument) throws(LineFault) {
        var own: [UInt8] = []
        swap(&own, &document.bytes)
        if lowercases { LowerCase.append(text.span, 0..<text.count, to: &own) } else { own += text }
        try cut(own: &own, into: &document)
    }

    /// Adds one word without splitting it; converts it to lower case if requested.
    func append(word: [UInt8], to document: inout ParsedDocument) throws(LineFault) {
        guard !word.isEmpty else { return }
        let start = document.bytes.count
        if lowercases {
            LowerCase.append(word.span, 0..<word.count, to: &document.bytes)
        } else {
            document.bytes += word
        }
        try document.append(start..<document.bytes.count, count: 1)
    }

    /// Splits all of `own`, which becomes the document's own text.
    private func cut(own: inout [UInt8], into document: inout ParsedDocument) throws(LineFault) {
        document.text = .own
        defer { swap(&own, &document.bytes) }
        try cut(own.span, from: 0, into: &document)
    }

    private func cut(_ text: Span<UInt8>, from first: Int, into document: inout ParsedDocument) throws(LineFault) {
        switch rule {
        case .whitespace: try TextFormat.parse(text, from: first, into: &document)
        case .letters: try LetterWords.cut(text, from: first, into: &document)
        case .mallet: try MalletWords.cut(text, from: first, into: &document)
        case .unicode: try UnicodeWords.cut(text, from: first, into: &document)
        }
    }
}
