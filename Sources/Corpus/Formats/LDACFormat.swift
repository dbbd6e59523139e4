/// Blei's LDA-C, one document per line: `N id:count id:count ...`, where N is the number of cells and words are
/// numbered from 0, or from 1 with `--index-base=1`.
///
/// A line with only `0` is a document without words, and so is a blank line. A count may be a real number with an
/// integral value, as gensim writes it.
enum LDACFormat {
    /// Adds the cells of `line`. Without `list`, the words are the digits of their numbers.
    static func parse(
        _ line: Span<UInt8>, first firstWord: Int, list: WordTable?, into document: inout ParsedDocument
    ) throws(LineFault) {
        var fields = BlankFields()
        guard let first = fields.next(in: line) else { return }
        guard let said = CountField.whole(line, first) else {
            throw .badLine(first, .expected("the number of cells, then id:count id:count ..."))
        }
        var found = 0
        while let cell = fields.next(in: line) {
            try NumberedCell.parse(line, cell, first: firstWord, list: list, into: &document)
            found += 1
        }
        if UInt64(found) != said {
            throw .badLine(first, .wrongCellCount(said: "\(said)", found: found))
        }
    }
}

/// Parses cells `number:count`.
enum NumberedCell {
    /// Adds the cell to `document`; words are numbered from `first`.
    static func parse(
        _ line: Span<UInt8>, _ cell: Range<Int>, first: Int, list: WordTable?, into document: inout ParsedDocument
    ) throws(LineFault) {
        var colon = cell.lowerBound
        while colon < cell.upperBound, line[colon] != DistLDAFormat.colon { colon += 1 }
        if colon == cell.lowerBound { throw .badCell(cell, .noWord) }
        if colon + 1 >= cell.upperBound { throw .badCell(cell, .noCount) }
        guard let number = CountField.whole(line, cell.lowerBound..<colon) else {
            throw .badLine(cell, .expected("number:count"))
        }
        let count: UInt32
        do { count = try CountField.count(line, colon + 1..<cell.upperBound) } catch {
            guard case .badCell(_, let fault) = error else { throw error }
            throw .badCell(cell, fault)
        }
        if number < UInt64(first) { throw .badLine(cell, .expected("a number from \(first) on")) }
        if let list, !(0..<list.count).contains(Int(number) - first) {
            throw .badLine(cell, .outOfRange(what: "word", first: first, count: list.count))
        }
        try document.append(Int(number), from: first, of: list, count: count)
    }
}
