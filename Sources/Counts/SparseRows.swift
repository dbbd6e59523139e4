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
        assert(amount > 0, "zeros are not stored")
        assert(columns.count == Int(starts[count]) || columns[columns.count - 1] < column, "columns ascend")
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

        @inlinable
        package init(columns: UnsafeBufferPointer<UInt16>, amounts: UnsafeBufferPointer<UInt32>) {
            self.columns = columns
            self.amounts = amounts
        }
    }

    /// A view of all rows, valid for the duration of a call. `rows(3)` is row 3. A row past the end, or with a
    /// negative number, is empty.
    package struct LentRows {
        @usableFromInline let starts: UnsafeBufferPointer<UInt32>
        @usableFromInline let columns: UnsafeBufferPointer<UInt16>
        @usableFromInline let amounts: UnsafeBufferPointer<UInt32>

        @usableFromInline
        init(
            starts: UnsafeBufferPointer<UInt32>, columns: UnsafeBufferPointer<UInt16>,
            amounts: UnsafeBufferPointer<UInt32>
        ) {
            (self.starts, self.columns, self.amounts) = (starts, columns, amounts)
        }

        @inlinable @inline(__always)
        package func callAsFunction(_ row: Int) -> Row {
            guard row >= 0, row < starts.count - 1 else {
                return Row(columns: UnsafeBufferPointer(start: nil, count: 0), amounts: .init(start: nil, count: 0))
            }
            let (start, count) = (Int(starts[row]), Int(starts[row + 1] - starts[row]))
            return Row(
                columns: UnsafeBufferPointer(start: columns.baseAddress.map { $0 + start }, count: count),
                amounts: UnsafeBufferPointer(start: amounts.baseAddress.map { $0 + start }, count: count))
        }
    }

    /// Calls `body` with a view of all rows.
    package func withRows<Result>(_ body: (LentRows) -> Result) -> Result {
        starts.withUnsafeBufferPointer { starts in
            columns.withUnsafeBufferPointer { columns in
                amounts.withUnsafeBufferPointer { amounts in
                    body(LentRows(starts: starts, columns: columns, amounts: amounts))
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
        let rows = max(count, other.count)
        var sums = RowsScratch(rows: rows, cells: cells + other.cells)
        let fits = withRows { mine in
            other.withRows { theirs in
                for row in 0..<rows {
                    guard sums.cells.append(mine(row), plus: theirs(row)) else { return false }
                    sums.endRow()
                }
                return true
            }
        }
        return fits ? sums.rows : nil
    }
}
