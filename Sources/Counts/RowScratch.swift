/// A buffer in which cells are built. Its capacity is fixed and must be large enough for all cells.
struct RowScratch: ~Copyable {
    private let columns: UnsafeMutablePointer<UInt16>
    private let amounts: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    private(set) var count = 0

    init(cells: Int) {
        capacity = cells
        columns = .allocate(capacity: cells)
        amounts = .allocate(capacity: cells)
    }

    deinit {
        columns.deallocate()
        amounts.deallocate()
    }

    @inline(__always)
    mutating func append(column: Int, amount: Int) {
        assert(count < capacity)
        assert(0...Int(UInt16.max) ~= column && 1...Int(UInt32.max) ~= amount, "a cell fits and is not zero")
        columns[count] = UInt16(truncatingIfNeeded: column)
        amounts[count] = UInt32(truncatingIfNeeded: amount)
        count += 1
    }

    mutating func removeAll() { count = 0 }

    /// Appends a cell after subtracting the cell of `taken` in the same column, which is expected at index `next`;
    /// `next` is then moved past it. Returns false if the result is negative, or if `taken` has a cell in an earlier
    /// column, which would have nothing to be subtracted from.
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

    /// Appends the sum of two rows; returns false if a cell would exceed `UInt32.max`.
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

    /// Returns the cells from `start` to the end as one row.
    @inline(__always)
    func row(from start: Int) -> SparseRows.Row {
        SparseRows.Row(
            columns: UnsafeBufferPointer(start: columns + start, count: count - start),
            amounts: UnsafeBufferPointer(start: amounts + start, count: count - start))
    }
}

/// A buffer in which rows are built. Its capacity is fixed and must be large enough for all rows and cells.
struct RowsScratch: ~Copyable {
    /// The cells of all rows; those after the last finished row belong to the unfinished one.
    var cells: RowScratch
    private let starts: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    private var count = 0

    init(rows: Int, cells: Int) {
        capacity = rows
        self.cells = RowScratch(cells: cells)
        starts = .allocate(capacity: rows + 1)
        starts[0] = 0
    }

    deinit { starts.deallocate() }

    /// The index of the first cell of the unfinished row.
    var start: Int { Int(starts[count]) }

    @inline(__always)
    mutating func endRow() {
        assert(count < capacity && cells.count <= Int(UInt32.max))
        count += 1
        starts[count] = UInt32(truncatingIfNeeded: cells.count)
    }

    /// A copy of the finished rows.
    var rows: SparseRows {
        let all = cells.row(from: 0)
        return SparseRows(
            starts: Array(UnsafeBufferPointer(start: starts, count: count + 1)), columns: Array(all.columns),
            amounts: Array(all.amounts))
    }
}
