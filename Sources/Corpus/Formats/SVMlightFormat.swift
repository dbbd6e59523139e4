/// SVMlight, one document per line: `label index:count index:count ... # comment`.
///
/// The label may be missing; a field `qid:N` is ignored. A line with only a comment is not a document. Indices begin at
/// 1 by the specification but at 0 in many files; they begin at 0 if any index is 0.
enum SVMlightFormat {
    /// Adds the cells of `line`. Without `list`, the words are the digits of their indices.
    static func parse(
        _ line: Span<UInt8>, first: Int, list: WordTable?, into document: inout ParsedDocument
    ) throws(LineFault) {
        let line = line.extracting(..<end(of: line))
        var fields = BlankFields()
        var isFirst = true
        while let cell = fields.next(in: line) {
            defer { isFirst = false }
            if isFirst && !hasColon(line, cell) || isQuery(line, cell) { continue }
            try NumberedCell.parse(line, cell, first: first, list: list, into: &document)
        }
    }

    /// Whether the line has only a comment.
    static func isComment(_ line: Span<UInt8>) -> Bool {
        let end = end(of: line)
        return end < line.count && TextFormat.isBlank(line.extracting(..<end))
    }

    static func read(_ line: Span<UInt8>, into head: inout DocumentHead) {
        var fields = BlankFields()
        let line = line.extracting(..<end(of: line))
        if let first = fields.next(in: line), !hasColon(line, first) { head.label.append(line.extracting(first)) }
    }

    /// Whether a cell has the index 0.
    static func hasIndexZero(_ line: Span<UInt8>) -> Bool {
        let end = end(of: line)
        var position = 0
        while position + 1 < end {
            // " 0:", or "0:" at the start.
            if line[position + 1] == DistLDAFormat.colon, line[position] == UInt8(ascii: "0"),
                position == 0 || TextFormat.isSpace(line[position - 1])
            {
                return true
            }
            position += 1
        }
        return false
    }

    private static func end(of line: Span<UInt8>) -> Int {
        for position in 0..<line.count where line[position] == UInt8(ascii: "#") { return position }
        return line.count
    }

    private static func hasColon(_ line: Span<UInt8>, _ field: Range<Int>) -> Bool {
        field.contains { line[$0] == DistLDAFormat.colon }
    }

    /// Whether the field is `qid:N`.
    static func isQuery(_ line: Span<UInt8>, _ field: Range<Int>) -> Bool {
        field.count > 4 && zip(field, "qid:".utf8).allSatisfy { line[$0] == $1 }
    }
}
