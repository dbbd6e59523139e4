/// Records of separated fields (RFC 4180). One field holds the text, and one may hold the name.
///
/// A quoted field may contain separators, line ends and quotes; a quote in it is written twice. A quote inside a field
/// that does not begin with one is an ordinary byte, and so is every quote with `--no-quotes`. Every record has as many
/// fields as the first record of its file.
/// A record that spans several lines is passed as a whole, with its lines separated by LF.
///
/// The separator is the one for which the header has the column of the text. A first line `sep=;`, as spreadsheets
/// write it, gives the separator. If no column has exactly the given name, the column is used that has it apart from
/// case and blanks around it.
struct CSVFormat {
    private static let quote = UInt8(ascii: "\"")

    var separator: UInt8
    private let options: FieldOptions
    /// The columns of the text and of the name, and the number of fields; set from the file's first record.
    private var textColumn = 0
    private var idColumn: Int?
    private var columns = 0
    /// The name of the text's column if it is not exactly the one that the options give.
    private(set) var similarName: [UInt8]?
    private var fields: [Range<Int>] = []
    private var unescaped: [UInt8] = []

    init(separator: UInt8, _ options: FieldOptions) {
        self.separator = separator
        self.options = options
    }

    /// Whether `line` ends inside a quoted field; `isOpen` says whether it begins in one.
    func endsOpen(_ line: Span<UInt8>, isOpen: Bool) -> Bool {
        guard options.hasQuotes else { return false }
        var isOpen = isOpen
        var position = 0
        var isFieldStart = !isOpen
        while position < line.count {
            let byte = line[position]
            if isOpen {
                if byte == Self.quote {
                    if position + 1 < line.count, line[position + 1] == Self.quote {
                        position += 1
                    } else {
                        isOpen = false
                    }
                }
                isFieldStart = false
            } else if byte == Self.quote, isFieldStart {
                isOpen = true
                isFieldStart = false
            } else {
                isFieldStart = byte == separator
            }
            position += 1
        }
        return isOpen
    }

    /// Returns the separators that a file in this format may have, the most usual first.
    static func separators(of format: InputFormat) -> [UInt8] {
        format == .tsv ? [UInt8(ascii: "\t")] : [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
    }

    /// Returns the separator that the line gives, if it is `sep=` and a separator; nil for any other line.
    static func declaredSeparator(_ line: Span<UInt8>) -> UInt8? {
        var text = (0..<min(line.count, 8)).map { line[$0] }
        if text.first == quote, text.last == quote, text.count > 2 { text = Array(text.dropFirst().dropLast()) }
        guard text.count == 5, String(decoding: text[..<4], as: UTF8.self).lowercased() == "sep=" else { return nil }
        return text[4]
    }

    /// Chooses the separator of a file from its first line: the first of `candidates` for which the line has the column
    /// of the text, otherwise the one that gives most columns.
    mutating func chooseSeparator(from line: Span<UInt8>, _ candidates: [UInt8]) {
        var most = 0
        var chosen = candidates[0]
        for candidate in candidates {
            separator = candidate
            if (try? begin(line)) != nil { return }
            if fields.count > most { (most, chosen) = (fields.count, candidate) }
        }
        separator = chosen
    }

    /// Reads a file's first record. Returns whether it is a header, and therefore not a document. If `isExact` is true,
    /// the names of columns must be equal to those of the options.
    mutating func begin(_ record: Span<UInt8>, isExact: Bool = false) throws(LineFault) -> Bool {
        do { try split(record) } catch {
            guard case .badLine(let range, let fault) = error else { throw error }
            throw .badHeader(range, fault)
        }
        columns = fields.count
        let names =
            options.hasHeader ? fields.map { text(of: record, $0) } : (1...columns).map { Array("\($0)".utf8) }
        func column(_ name: String) throws(LineFault) -> Int {
            if let index = names.firstIndex(of: Array(name.utf8)) { return index }
            let similar = names.indices.filter { !isExact && Self.isSimilar(names[$0], name) }
            if similar.count == 1 { return similar[0] }
            let known = Excerpt(Array(names.prefix(50).joined(separator: ", ".utf8)), limit: 200)
            throw .badHeader(0..<min(record.count, 60), .noColumn(name, columns: known.description))
        }
        let wanted = options.text ?? (options.hasHeader ? FieldOptions.defaultText : "1")
        textColumn = try column(wanted)
        similarName = names[textColumn].elementsEqual(wanted.utf8) ? nil : names[textColumn]
        idColumn = nil
        if let id = options.id { idColumn = try column(id) }
        return options.hasHeader
    }

    mutating func read(_ record: Span<UInt8>, into head: inout DocumentHead) {
        guard let idColumn else { return }
        do { try split(record) } catch { return }
        if idColumn < fields.count { head.name += text(of: record, fields[idColumn]) }
    }

    mutating func parse(
        _ record: Span<UInt8>, tokenizer: Tokenizer, into document: inout ParsedDocument
    ) throws(LineFault) {
        try split(record)
        guard fields.count == columns else {
            throw .badLine(0..<min(record.count, 60), .wrongFieldCount(found: fields.count, header: columns))
        }
        let field = fields[textColumn]
        guard isQuoted(record, field) else { return try tokenizer.parse(record, field, into: &document) }
        let inner = field.lowerBound + 1..<field.upperBound - 1
        guard inner.contains(where: { record[$0] == Self.quote }) else {
            return try tokenizer.parse(record, inner, into: &document)
        }
        unescaped.removeAll(keepingCapacity: true)
        Self.unquote(record, inner, into: &unescaped)
        try tokenizer.parse(ownText: unescaped, into: &document)
    }

    /// Finds the fields of a record, including their quotes.
    private mutating func split(_ record: Span<UInt8>) throws(LineFault) {
        fields.removeAll(keepingCapacity: true)
        var start = 0
        while true {
            var end = start
            if options.hasQuotes, start < record.count, record[start] == Self.quote {
                end = try Self.endOfQuoted(record, start)
                if end < record.count, record[end] != separator {
                    throw .badLine(start..<min(end + 20, record.count), .afterQuote)
                }
            } else {
                while end < record.count, record[end] != separator { end += 1 }
            }
            fields.append(start..<end)
            if end == record.count { return }
            start = end + 1
        }
    }

    private static func endOfQuoted(_ record: Span<UInt8>, _ start: Int) throws(LineFault) -> Int {
        var position = start + 1
        while position < record.count {
            if record[position] == quote {
                if position + 1 < record.count, record[position + 1] == quote {
                    position += 1
                } else {
                    return position + 1
                }
            }
            position += 1
        }
        throw .badLine(start..<min(start + 20, record.count), .unclosedQuote)
    }

    private func isQuoted(_ record: Span<UInt8>, _ field: Range<Int>) -> Bool {
        options.hasQuotes && !field.isEmpty && record[field.lowerBound] == Self.quote
    }

    /// Whether the names are equal apart from case and blanks around them.
    private static func isSimilar(_ column: [UInt8], _ name: String) -> Bool {
        func plain(_ text: String) -> String {
            let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
            return String(String.UnicodeScalarView(scalars.reversed().drop { $0.properties.isWhitespace }.reversed()))
                .lowercased()
        }
        return plain(String(decoding: column, as: UTF8.self)) == plain(name)
    }

    private func text(of record: Span<UInt8>, _ field: Range<Int>) -> [UInt8] {
        guard isQuoted(record, field) else { return field.map { record[$0] } }
        var text: [UInt8] = []
        Self.unquote(record, field.lowerBound + 1..<field.upperBound - 1, into: &text)
        return text
    }

    /// Appends the text between the quotes, in which every quote is written twice.
    private static func unquote(_ record: Span<UInt8>, _ inner: Range<Int>, into text: inout [UInt8]) {
        var position = inner.lowerBound
        while position < inner.upperBound {
            text.append(record[position])
            position += record[position] == quote ? 2 : 1
        }
    }
}
