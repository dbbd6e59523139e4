/// A format in which a header is followed by entries (document, word, count), one per line.
protocol EntryFormat {
    /// - Parameter words: The words that the numbers refer to; nil if there is no list.
    init(_ options: ReadingOptions, _ words: NumberedWords?)

    /// The meaning of a matrix's rows, once the header is complete; nil in formats that define it.
    var rows: MatrixRows? { get }

    /// Reads the next line of a file's header. Returns the header if it is now complete, otherwise nil.
    mutating func header(_ line: Span<UInt8>) throws(LineFault) -> EntryHeader?

    /// Returns the entry in a line; nil if the line has none. Numbers are checked against the header.
    func entry(_ line: Span<UInt8>, _ header: EntryHeader) throws(LineFault) -> Entry?
}

/// The contents of a file's header.
struct EntryHeader: Equatable {
    let documents: Int
    let words: Int
    let entries: Int

    /// The greatest number of documents or words, which are numbered in 32 bits.
    static let limit = UInt64(UInt32.max)

    /// The number of documents up to which any header is accepted.
    static let plainDocuments = 1 << 24
    /// The greatest number of documents for each entry above `plainDocuments`.
    static let documentsPerEntry = 64

    /// Whether the file can have so many documents. A header with more is wrong or malicious, because nearly all of its
    /// documents would be empty; each would take time and memory nevertheless.
    var isPlausible: Bool {
        documents <= Self.plainDocuments || documents / Self.documentsPerEntry <= entries
    }
}

/// `count` tokens of word `word` in document `document`; both are numbered from 0 in their file.
struct Entry: Equatable {
    var document: Int
    let word: Int
    let count: UInt32
}

extension EntryFormat {
    /// The first number of documents and words, unless the options give another.
    static var base: Int { 1 }

    /// Reads the number of a document or a word, one of `count` numbers from `first` on. Returns it counted from 0.
    static func index(
        _ line: Span<UInt8>, _ field: Range<Int>?, _ what: String, from first: Int, of count: Int
    ) throws(LineFault) -> Int {
        guard let field else { throw .badLine(0..<min(line.count, 60), .expected("document, word and count")) }
        guard let number = CountField.whole(line, field) else {
            throw .badLine(field, .expected("the number of a \(what)"))
        }
        guard number >= UInt64(first), number < UInt64(first + count) else {
            throw .badLine(field, .outOfRange(what: what, first: first, count: count))
        }
        return Int(number) - first
    }

    static func expectEnd(_ line: Span<UInt8>, _ fields: inout BlankFields) throws(LineFault) {
        if let more = fields.next(in: line) { throw .badLine(more, .expected("the end of the line")) }
    }
}
