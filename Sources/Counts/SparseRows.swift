/// A sparse matrix of positive amounts, stored by rows. Counts have this form while no sampler works on them and while
/// they are exchanged. Row r holds the cells `starts[r]..<starts[r + 1]`, by ascending column; zeros are not stored.
///
/// Memory: 6 bytes for each cell and 4 for each row. An amount is at most `UInt32.max`.
package struct SparseRows: Sendable, Equatable {
    /// The offsets of the rows in `columns` and `amounts`: one for each row, and one for the end.
    package private(set) var starts: [UInt32] = [0]
    package private(set) var columns: [UInt16] = []
    package private(set) var amounts: [UInt32] = []

    package init() {}

    /// Creates `rows` empty rows.
    package init(emptyRows rows: Int) {
        starts = Array(repeating: 0, count: rows + 1)
    }

    /// Creates rows from their parts. Columns must ascend within a row, and no amount may be 0.
    init(starts: [UInt32], columns: [UInt16], amounts: [UInt32]) {
        (self.starts, self.columns, self.amounts) = (starts, columns, amounts)
    }

    package init(reservingCells cells: Int, rows: Int) {
        starts.reserveCapacity(rows + 1)
        columns.reserveCapacity(cells)
        amounts.reserveCapacity(cells)
    }

    /// The number of rows.
    package var count: Int { starts.count - 1 }

    /// The number of cells.
    package var cells: Int { columns.count }

    /// Returns the range of row `row` in `columns` and `amounts`. Rows past the end are empty.
    package func range(of row: Int) -> Range<Int> {
        row < count ? Int(starts[row])..<Int(starts[row + 1]) : cells..<cells
    }

    /// Adds a cell to the row under construction. `column` must be greater than the row's last one, and `amount` must
    /// not be zero.
    package mutating func append(column: UInt16, amount: UInt32) {
        columns.append(column)
        amounts.append(amount)
    }

    /// Ends the row under construction.
    package mutating func endRow() {
        starts.append(UInt32(columns.count))
    }

    /// Removes all rows but keeps the allocated memory.
    package mutating func removeAll() {
        starts.removeLast(starts.count - 1)
        columns.removeAll(keepingCapacity: true)
        amounts.removeAll(keepingCapacity: true)
    }

    /// Appends a row of `other`.
    package mutating func appendRow(_ row: Int, of other: SparseRows) {
        let range = other.range(of: row)
        columns.append(contentsOf: other.columns[range])
        amounts.append(contentsOf: other.amounts[range])
        endRow()
    }

    /// The sum of all amounts.
    package var sum: Int {
        amounts.reduce(0) { $0 + Int($1) }
    }

    /// Adds `sign` times each amount to its column's total.
    package func addColumnSums(to totals: inout [Int], times sign: Int = 1) {
        for cell in columns.indices { totals[Int(columns[cell])] += sign * Int(amounts[cell]) }
    }

    /// Returns the given rows in the given order.
    package func selecting(_ rows: [Int]) -> SparseRows {
        var result = SparseRows(reservingCells: cells, rows: rows.count)
        for row in rows { result.appendRow(row, of: self) }
        return result
    }
}

extension SparseRows {
    /// A view of one row, without a copy: its `columns` and the corresponding `amounts`.
    package struct Row {
        package let columns: UnsafeBufferPointer<UInt16>
        package let amounts: UnsafeBufferPointer<UInt32>

        package init(columns: UnsafeBufferPointer<UInt16>, amounts: UnsafeBufferPointer<UInt32>) {
            self.columns = columns
            self.amounts = amounts
        }
    }

    /// Calls `body` with a function that returns views of the rows. A row past the end is empty.
    package func withRows<Result>(_ body: ((Int) -> Row) -> Result) -> Result {
        columns.withUnsafeBufferPointer { columns in
            amounts.withUnsafeBufferPointer { amounts in
                body { row in
                    let range = range(of: row)
                    return Row(
                        columns: UnsafeBufferPointer(rebasing: columns[range]),
                        amounts: UnsafeBufferPointer(rebasing: amounts[range]))
                }
            }
        }
    }

    /// Appends a row.
    package mutating func appendRow(_ row: Row) {
        columns.append(contentsOf: row.columns)
        amounts.append(contentsOf: row.amounts)
        endRow()
    }
}

extension SparseRows {
    /// Returns the sum of this and `other`; nil if a cell would exceed `UInt32.max`. O(cells of both).
    package func adding(_ other: SparseRows) -> SparseRows? {
        var scratch = RowScratch(cells: 1 << 16)
        let rows = max(count, other.count)
        var result = SparseRows(reservingCells: cells + other.cells, rows: rows)
        let fits = withRows { mine in
            other.withRows { theirs in
                for row in 0..<rows {
                    guard let sum = scratch.sum(mine(row), theirs(row)) else { return false }
                    result.appendRow(sum)
                }
                return true
            }
        }
        return fits ? result : nil
    }
}
