/// Cells in the making, in memory that is large enough for them.
struct RowScratch: ~Copyable {
    private let columns: UnsafeMutablePointer<UInt16>
    private let amounts: UnsafeMutablePointer<UInt32>
    private(set) var count = 0

    init(cells: Int) {
        columns = .allocate(capacity: cells)
        amounts = .allocate(capacity: cells)
    }

    deinit {
        columns.deallocate()
        amounts.deallocate()
    }

    @inline(__always)
    mutating func append(column: Int, amount: Int) {
        columns[count] = UInt16(truncatingIfNeeded: column)
        amounts[count] = UInt32(truncatingIfNeeded: amount)
        count += 1
    }

    mutating func removeAll() { count = 0 }

    /// Appends what is left of a cell without that of `taken` from `next` on, which then moves past it; false if less
    /// than nothing is left, or if `taken` has a cell before it.
    @inline(__always)
    mutating func append(column: Int, amount: Int, less taken: SparseRows.Row, from next: inout Int) -> Bool {
        var amount = amount
        if next < taken.columns.count, Int(taken.columns[next]) <= column {
            guard Int(taken.columns[next]) == column else { return false }
            amount -= Int(taken.amounts[next])
            guard amount >= 0 else { return false }
            next += 1
            if amount == 0 { return true }
        }
        append(column: column, amount: amount)
        return true
    }

    /// Appends a whole row.
    @inline(__always)
    mutating func append(_ row: SparseRows.Row) {
        for cell in 0..<row.columns.count { append(column: Int(row.columns[cell]), amount: Int(row.amounts[cell])) }
    }

    /// Appends one row plus another; false if a cell would exceed `UInt32.max`.
    mutating func append(_ left: SparseRows.Row, plus right: SparseRows.Row) -> Bool {
        var (l, r) = (0, 0)
        while l < left.columns.count, r < right.columns.count {
            let (leftColumn, rightColumn) = (left.columns[l], right.columns[r])
            var amount = 0
            if leftColumn <= rightColumn {
                amount = Int(left.amounts[l])
                l += 1
            }
            if rightColumn <= leftColumn {
                amount += Int(right.amounts[r])
                r += 1
            }
            guard amount <= Int(UInt32.max) else { return false }
            append(column: Int(min(leftColumn, rightColumn)), amount: amount)
        }
        while l < left.columns.count {
            append(column: Int(left.columns[l]), amount: Int(left.amounts[l]))
            l += 1
        }
        while r < right.columns.count {
            append(column: Int(right.columns[r]), amount: Int(right.amounts[r]))
            r += 1
        }
        return true
    }

    /// The cells from `start` on.
    @inline(__always)
    func row(from start: Int) -> SparseRows.Row {
        SparseRows.Row(
            columns: UnsafeBufferPointer(start: columns + start, count: count - start),
            amounts: UnsafeBufferPointer(start: amounts + start, count: count - start))
    }
}

/// Rows in the making, in memory that is large enough for them.
struct RowsScratch: ~Copyable {
    /// The cells of all rows; those after the last row that has ended belong to the next.
    var cells: RowScratch
    private let starts: UnsafeMutablePointer<UInt32>
    private var count = 0

    init(rows: Int, cells: Int) {
        self.cells = RowScratch(cells: cells)
        starts = .allocate(capacity: rows + 1)
        starts[0] = 0
    }

    deinit { starts.deallocate() }

    /// Where the row in the making begins.
    var start: Int { Int(starts[count]) }

    @inline(__always)
    mutating func endRow() {
        count += 1
        starts[count] = UInt32(truncatingIfNeeded: cells.count)
    }

    /// A copy of the rows that have ended.
    var rows: SparseRows {
        let all = cells.row(from: 0)
        return SparseRows(
            starts: Array(UnsafeBufferPointer(start: starts, count: count + 1)), columns: Array(all.columns),
            amounts: Array(all.amounts))
    }
}
