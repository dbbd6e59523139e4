/// A table for a terminal: headings, then lines. Each column is as wide as its widest text; two spaces separate
/// columns.
package struct Table {
    private var lines: [[String]]

    package init(_ headings: String...) { lines = [headings] }

    /// Adds a line; the last texts may be omitted.
    package mutating func add(_ texts: String...) { lines.append(texts) }

    package var text: String {
        var widths = [Int](repeating: 0, count: lines[0].count)
        // The last text of a shorter line may extend over the columns that it omits.
        for line in lines {
            for (column, text) in line.enumerated() where column + 1 < line.count || line.count == widths.count {
                widths[column] = max(widths[column], text.count)
            }
        }
        return lines.map { line in
            var joined = ""
            for (column, text) in line.enumerated() where !text.isEmpty {
                let start = widths[..<column].reduce(0) { $0 + $1 + 2 }
                joined += String(repeating: " ", count: max(0, start - joined.count)) + text
            }
            return joined + "\n"
        }.joined()
    }
}
