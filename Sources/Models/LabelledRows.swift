package import Counts

/// Rows of counts by topic, each with a label: the words of a model, or its documents. Row i belongs to label i.
/// Memory: 6 bytes per cell, 12 bytes per row, and the labels' bytes.
package struct LabelledRows: Sendable, Equatable {
    package private(set) var labels = ByteStrings()
    package private(set) var rows = SparseRows()

    package init() {}

    /// Creates a row for each label of `list`; the rows of labels beyond the end of `rows` are empty.
    package init(_ list: WordList, _ rows: SparseRows) {
        append(list, rows)
    }

    package var count: Int { labels.count }

    /// Adds a row for each label of `list`; the rows of labels beyond the end of `rows` are empty.
    mutating func append(_ list: WordList, _ rows: SparseRows) {
        labels.append(list)
        for row in 0..<list.count { self.rows.appendRow(row, of: rows) }
    }

    /// Reserves memory for `factor` times the present contents, so that growing to that size copies nothing.
    mutating func reserve(times factor: Double) {
        func scaled(_ count: Int) -> Int { Int(Double(count) * factor) }
        labels.reserveCapacity(words: scaled(count), bytes: scaled(labels.bytes.count))
        var roomy = SparseRows(reservingCells: scaled(rows.cells), rows: scaled(count))
        for row in 0..<rows.count { roomy.appendRow(row, of: rows) }
        rows = roomy
    }

    /// Returns the number of tokens of each topic.
    package func topicTotals(topics: Int) -> [Int] {
        var totals = [Int](repeating: 0, count: topics)
        rows.addColumnSums(to: &totals)
        return totals
    }
}
