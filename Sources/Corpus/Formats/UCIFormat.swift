/// UCI's bag of words: three lines with the numbers of documents, words and entries, then one `document word count` per
/// line, with documents and words numbered from 1. Blanks may follow a number, as they do in the headers that gensim
/// writes.
struct UCIFormat: EntryFormat {
    private var numbers: [Int] = []
    private let base: Int

    init(_ options: ReadingOptions, _ words: NumberedWords?) { base = options.indexBase ?? Self.base }

    var rows: MatrixRows? { nil }

    mutating func header(_ line: Span<UInt8>) throws(LineFault) -> EntryHeader? {
        var fields = BlankFields()
        let field = fields.next(in: line) ?? 0..<0
        let limit = numbers.count < 2 ? EntryHeader.limit : UInt64(Int.max)
        guard let number = CountField.whole(line, field, limit: limit), fields.next(in: line) == nil else {
            let what = ["documents", "words", "entries"][numbers.count]
            throw .badHeader(0..<min(line.count, 60), .expected("the number of \(what), alone on the line"))
        }
        numbers.append(Int(number))
        if numbers.count < 3 { return nil }
        defer { numbers = [] }
        return EntryHeader(documents: numbers[0], words: numbers[1], entries: numbers[2])
    }

    func entry(_ line: Span<UInt8>, _ header: EntryHeader) throws(LineFault) -> Entry? {
        var fields = BlankFields()
        guard let first = fields.next(in: line) else { return nil }
        let document = try Self.index(line, first, "document", from: base, of: header.documents)
        let word = try Self.index(line, fields.next(in: line), "word", from: base, of: header.words)
        guard let count = fields.next(in: line) else {
            throw .badLine(0..<min(line.count, 60), .expected("document, word and count"))
        }
        try Self.expectEnd(line, &fields)
        return Entry(document: document, word: word, count: try CountField.count(line, count))
    }
}
