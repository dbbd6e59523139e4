/// dist_lda's own format, one document per line: `name TAB word:count TAB word:count ...`.
///
/// A cell is split at its last colon, so a word may contain colons and blanks. The count is a decimal number from 0 to
/// 4294967295; a count of 0 adds nothing. Empty cells are allowed only at the end of the line (trailing TABs).
/// The counts of a word that occurs in several cells add up.
enum DistLDAFormat {
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")

    /// Returns the position of the document's name; a line of only white space has none.
    static func name(of line: Span<UInt8>) -> Range<Int> {
        TextFormat.isBlank(line) ? 0..<0 : 0..<end(ofCellAt: 0, in: line)
    }

    /// Adds the cells of `line`, which must not contain a line end, to `document`.
    static func parse(_ line: Span<UInt8>, into document: inout ParsedDocument) throws(LineFault) {
        var last = line.count
        while last > 0, line[last - 1] == tab { last -= 1 }
        var low = LowBytes(below: tab + 1, in: line)
        var start = end(ofCellIn: line, &low) + 1
        while start < last {
            let end = end(ofCellIn: line, &low)
            try parseCell(line, start..<end, into: &document)
            start = end + 1
        }
    }

    /// Returns the end of the cell at `start`: the position of the next TAB, or the end of the line.
    static func end(ofCellAt start: Int, in line: Span<UInt8>) -> Int {
        var end = start
        while end < line.count, line[end] != tab { end += 1 }
        return end
    }

    /// Returns the position of the next TAB or the line's end. `low` iterates over the bytes that are at most TAB.
    @inline(__always)
    private static func end(ofCellIn line: Span<UInt8>, _ low: inout LowBytes) -> Int {
        var end = low.next(in: line)
        while end < line.count, line[end] != tab { end = low.next(in: line) }
        return end
    }

    private static func parseCell(
        _ line: Span<UInt8>, _ cell: Range<Int>, into document: inout ParsedDocument
    ) throws(LineFault) {
        // Fast path: almost every count has one digit.
        if cell.count >= 3, line[cell.upperBound - 2] == colon {
            let digit = line[cell.upperBound - 1] &- UInt8(ascii: "0")
            if digit <= 9 { return try document.append(cell.lowerBound..<cell.upperBound - 2, count: UInt32(digit)) }
        }
        var split = cell.upperBound - 1
        while split >= cell.lowerBound, line[split] != colon { split -= 1 }
        guard split > cell.lowerBound, let count = CountField.whole(line, split + 1..<cell.upperBound) else {
            throw .badCell(cell, fault(of: line, cell, split: split))
        }
        try document.append(cell.lowerBound..<split, count: UInt32(count))
    }

    /// Returns the fault of an invalid cell. `split` is the position of its last colon, or less than the cell's start
    /// if it has none.
    private static func fault(of line: Span<UInt8>, _ cell: Range<Int>, split: Int) -> CellFault {
        if cell.isEmpty { return .empty }
        if split == cell.lowerBound { return .noWord }
        if split < cell.lowerBound || split + 1 == cell.upperBound { return .noCount }
        return CountField.fault(of: (split + 1..<cell.upperBound).map { line[$0] })
    }
}
