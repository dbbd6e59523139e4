/// Matrix Market's coordinate format. A file has the line `%%MatrixMarket matrix coordinate integer|real|pattern
/// general`, comments that begin with `%`, the line `rows columns entries`, and then one `row column value` per line,
/// with rows and columns numbered from 1. A pattern has no values; they are all 1. Blank lines may precede the banner.
///
/// Rows are documents, as in files from gensim, or words, as is usual in genomics (`ReadingOptions.matrixRows`). Values
/// are counts; negative values and fractions are errors.
struct MatrixMarketFormat: EntryFormat {
    /// The first word of a file. Some files lack one of its two percent signs.
    static let banners = ["%%matrixmarket", "%matrixmarket"]

    private(set) var rows: MatrixRows?
    private let words: NumberedWords?
    private let base: Int
    private var hasBanner = false
    private var isPattern = false

    init(_ options: ReadingOptions, _ words: NumberedWords?) {
        rows = options.matrixRows
        self.words = words
        base = options.indexBase ?? Self.base
    }

    mutating func header(_ line: Span<UInt8>) throws(LineFault) -> EntryHeader? {
        let excerpt = 0..<min(line.count, 80)
        guard hasBanner else {
            if TextFormat.isBlank(line) { return nil }
            try readBanner(line)
            hasBanner = true
            return nil
        }
        if isComment(line) { return nil }
        var fields = BlankFields()
        var numbers: [Int] = []
        while numbers.count < 3, let field = fields.next(in: line) {
            let limit = numbers.count < 2 ? EntryHeader.limit : UInt64(Int.max)
            guard let number = CountField.whole(line, field, limit: limit) else { break }
            numbers.append(Int(number))
        }
        guard numbers.count == 3, fields.next(in: line) == nil else {
            throw .badHeader(excerpt, .expected("the numbers of rows, columns and entries"))
        }
        hasBanner = false
        let rows = rows ?? direction(rows: numbers[0], columns: numbers[1])
        self.rows = rows
        return rows == .documents
            ? EntryHeader(documents: numbers[0], words: numbers[1], entries: numbers[2])
            : EntryHeader(documents: numbers[1], words: numbers[0], entries: numbers[2])
    }

    func entry(_ line: Span<UInt8>, _ header: EntryHeader) throws(LineFault) -> Entry? {
        if isComment(line) { return nil }
        var fields = BlankFields()
        let row = fields.next(in: line)
        let column = fields.next(in: line)
        let (document, word) = rows == .documents ? (row, column) : (column, row)
        let documentIndex = try Self.index(line, document, "document", from: base, of: header.documents)
        let wordIndex = try Self.index(line, word, "word", from: base, of: header.words)
        var count: UInt32 = 1
        if !isPattern {
            guard let value = fields.next(in: line) else {
                throw .badLine(0..<min(line.count, 60), .expected("row, column and value"))
            }
            count = try CountField.count(line, value)
        }
        try Self.expectEnd(line, &fields)
        return Entry(document: documentIndex, word: wordIndex, count: count)
    }

    /// Returns the meaning of the rows of a matrix of this size if it was not given.
    private func direction(rows: Int, columns: Int) -> MatrixRows {
        guard let words, words.areFeatures else { return .documents }
        return words.table.count != rows && words.table.count == columns ? .documents : .words
    }

    private mutating func readBanner(_ line: Span<UInt8>) throws(LineFault) {
        var fields = BlankFields()
        var words: [String] = []
        while words.count < 6, let field = fields.next(in: line) {
            words.append(String(decoding: field.prefix(40).map { line[$0] }, as: UTF8.self).lowercased())
        }
        let excerpt = 0..<min(line.count, 80)
        guard words.count == 5, Self.banners.contains(words[0]), words[1] == "matrix" else {
            throw .badHeader(excerpt, .expected("%%MatrixMarket matrix coordinate integer|real|pattern general"))
        }
        if words[2] != "coordinate" { throw .badHeader(excerpt, .unsupported("a matrix that is not \"coordinate\"")) }
        guard ["integer", "real", "pattern", "double", "unsigned-integer"].contains(words[3]) else {
            throw .badHeader(excerpt, .unsupported("a matrix that is not integer, real or pattern"))
        }
        if words[4] != "general" { throw .badHeader(excerpt, .unsupported("a matrix that is not \"general\"")) }
        isPattern = words[3] == "pattern"
    }

    /// Whether the line is a comment or blank.
    private func isComment(_ line: Span<UInt8>) -> Bool {
        line.count > 0 && line[0] == UInt8(ascii: "%") || TextFormat.isBlank(line)
    }
}
