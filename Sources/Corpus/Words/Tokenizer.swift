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

/// Splits running text into words, and converts them to a normal form and to lower case if requested.
///
/// Bytes that are not UTF-8 belong to words only if words are separated by white space; the other rules drop them.
/// Lower case does not depend on the language (`LowerCase`).
package struct Tokenizer: Sendable, Equatable {
    package var rule: TokenRule
    package var lowercases: Bool
    package var normalForm: NormalForm

    package init(_ rule: TokenRule = .whitespace, lowercases: Bool = false, normalForm: NormalForm = .none) {
        self.rule = rule
        self.lowercases = lowercases
        self.normalForm = normalForm
    }

    /// Whether words are parts of the text as it is.
    private var keepsText: Bool { !lowercases && normalForm == .none }

    /// Adds the words of the text at `range` of `line` to `document`.
    func parse(_ line: Span<UInt8>, _ range: Range<Int>, into document: inout ParsedDocument) throws(LineFault) {
        guard !keepsText else {
            return try cut(line.extracting(..<range.upperBound), from: range.lowerBound, into: &document)
        }
        var own: [UInt8] = []
        swap(&own, &document.bytes)
        convert(line, range, to: &own)
        try cut(own: &own, into: &document)
    }

    /// Adds the words of `text`, which is not part of the line, to `document`.
    func parse(ownText text: [UInt8], into document: inout ParsedDocument) throws(LineFault) {
        var own: [UInt8] = []
        swap(&own, &document.bytes)
        convert(text.span, 0..<text.count, to: &own)
        try cut(own: &own, into: &document)
    }

    /// Adds one word without splitting it.
    func append(word: [UInt8], to document: inout ParsedDocument) throws(LineFault) {
        guard !word.isEmpty else { return }
        let start = document.bytes.count
        convert(word.span, 0..<word.count, to: &document.bytes)
        try document.append(start..<document.bytes.count, count: 1)
    }

    /// Appends the text at `range` in the normal form and the case of words.
    private func convert(_ text: Span<UInt8>, _ range: Range<Int>, to bytes: inout [UInt8]) {
        guard lowercases else { return normalForm.append(text, range, to: &bytes) }
        guard normalForm != .none else { return LowerCase.append(text, range, to: &bytes) }
        var normal: [UInt8] = []
        normalForm.append(text, range, to: &normal)
        LowerCase.append(normal.span, 0..<normal.count, to: &bytes)
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
