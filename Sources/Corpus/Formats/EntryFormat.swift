/// A format of entries (document, word, count), a line each, behind a header.
protocol EntryFormat {
    init(_ options: ReadingOptions)

    /// Takes the next line of a file's header: what the header says when it is whole, else nil.
    mutating func header(_ line: Span<UInt8>) throws(LineFault) -> EntryHeader?

    /// The entry in a line; nil when the line has none. Numbers are checked against the header.
    func entry(_ line: Span<UInt8>, _ header: EntryHeader) throws(LineFault) -> Entry?
}

/// What the header of a file says.
struct EntryHeader: Equatable {
    let documents: Int
    let words: Int
    let entries: Int

    /// The most documents or words: their numbers have 32 bits.
    static let limit = UInt64(UInt32.max)
}

/// `count` tokens of word `word` in document `document`, both from 0 in their file.
struct Entry: Equatable {
    var document: Int
    let word: Int
    let count: UInt32
}

extension EntryFormat {
    /// The number of a document or a word, from 0, of `count` that are numbered from 1.
    static func index(
        _ line: Span<UInt8>, _ field: Range<Int>?, _ what: String, of count: Int
    ) throws(LineFault) -> Int {
        guard let field else { throw .badLine(0..<min(line.count, 60), .expected("document, word and count")) }
        guard let number = CountField.whole(line, field) else {
            throw .badLine(field, .expected("the number of a \(what)"))
        }
        guard number >= 1, number <= UInt64(count) else {
            throw .badLine(field, .outOfRange(what: what, first: 1, count: count))
        }
        return Int(number) - 1
    }

    static func expectEnd(_ line: Span<UInt8>, _ fields: inout BlankFields) throws(LineFault) {
        if let more = fields.next(in: line) { throw .badLine(more, .expected("the end of the line")) }
    }
}
