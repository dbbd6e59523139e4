/// The computation of an exchange, in one pass over the packed total. Only the others' rows are unpacked, because the
/// sampler needs them. (Unpacking, subtracting, adding, placing and packing in separate passes took 4 times as long;
/// most of that time was spent on handling arrays.)
extension PackedRows {
    /// Replaces one shard's rows in a total by its new rows.
    ///
    /// - Parameters:
    ///   - total: the packed total; nil means no rows.
    ///   - plus: rows to add to the total first, at most as many as `new` has places.
    /// - Returns: `others` = total - old, `total` = others + new, with as many rows as `new` has places. nil if the
    ///   total is damaged or has more rows, if a cell would become negative (so `old` is not part of the total), or if
    ///   a cell would exceed `UInt32.max`.
    ///
    /// O(cells of all three).
    package static func replacing(
        _ old: PlacedRows, by new: PlacedRows, in total: [UInt8]?, adding plus: SparseRows = SparseRows(), columns: Int
    ) -> (others: SparseRows, total: [UInt8])? {
        let cells = (total?.count ?? 0) / 2 + plus.cells + new.rows.cells
        var others: SparseRows?
        let packed = PackedRowWriter.packing(columns: columns, rows: new.places.count, upToCells: cells) { writer in
            others = new.rows.withRows { row in
                var sums = RowScratch(cells: columns)
                return subtracting(
                    old, from: total, adding: plus, rows: new.places.count, columns: columns
                ) { place, others in
                    let source = new.places.sources[place]
                    if source < 0 {
                        writer.append(others)
                    } else {
                        guard let sum = sums.sum(others, row(Int(source))) else { return false }
                        writer.append(sum)
                    }
                    return true
                }
            }
            return others != nil
        }
        guard let others, let packed else { return nil }
        return (others, packed)
    }

    /// Returns total + plus - old; nil in the cases described above. `visit` is called with each resulting row, and
    /// stops the computation by returning false.
    package static func subtracting(
        _ old: PlacedRows, from total: [UInt8]?, adding plus: SparseRows = SparseRows(), rows: Int, columns: Int,
        _ visit: (_ place: Int, SparseRows.Row) -> Bool = { _, _ in true }
    ) -> SparseRows? {
        var result = RowScratch(cells: (total?.count ?? 0) / 2 + plus.cells + 1)
        var starts: [UInt32] = [0]
        starts.reserveCapacity(rows + 1)
        func endRow(_ place: Int) -> Bool {
            let start = Int(starts[starts.count - 1])
            starts.append(UInt32(result.count))
            return visit(place, result.row(from: start))
        }
        let isDone: Bool? = old.rows.withRows { oldRow in
            plus.withRows { plusRow in
                var stored = RowScratch(cells: columns)
                var sums = RowScratch(cells: columns)
                func taken(_ place: Int) -> SparseRows.Row {
                    let source = place < old.places.count ? old.places.sources[place] : -1
                    return oldRow(source < 0 ? old.rows.count : Int(source))
                }
                func take(_ place: Int, _ cells: Int, from reader: inout PackedRowReader) -> Bool {
                    let taken = taken(place)
                    var next = 0
                    for _ in 0..<cells {
                        guard let (column, amount) = reader.cell(),
                            result.append(column: column, amount: amount, less: taken, from: &next)
                        else { return false }
                    }
                    return next == taken.columns.count && endRow(place)
                }
                func take(_ place: Int, sum: SparseRows.Row) -> Bool {
                    let taken = taken(place)
                    var next = 0
                    for cell in 0..<sum.columns.count {
                        let (column, amount) = (Int(sum.columns[cell]), Int(sum.amounts[cell]))
                        guard result.append(column: column, amount: amount, less: taken, from: &next) else {
                            return false
                        }
                    }
                    return next == taken.columns.count && endRow(place)
                }
                guard let total else { return (0..<rows).allSatisfy { take($0, sum: plusRow($0)) } }
                return PackedRowReader.reading(total, columns: columns) { reader in
                    guard max(reader.rows, plus.count) <= rows else { return nil }
                    for place in 0..<reader.rows {
                        guard let cells = reader.beginRow() else { return nil }
                        let more = plusRow(place)
                        if more.columns.count == 0 {
                            guard take(place, cells, from: &reader) else { return nil }
                        } else {
                            stored.removeAll()
                            for _ in 0..<cells {
                                guard let (column, amount) = reader.cell() else { return nil }
                                stored.append(column: column, amount: amount)
                            }
                            guard let sum = sums.sum(stored.row(from: 0), more), take(place, sum: sum) else {
                                return nil
                            }
                        }
                    }
                    guard reader.isAtEnd else { return nil }
                    return (reader.rows..<rows).allSatisfy { take($0, sum: plusRow($0)) } ? true : nil
                }
            }
        }
        return isDone == true ? SparseRows(starts: starts, result) : nil
    }
}

/// A buffer in which rows are built. Its capacity is fixed and must be large enough for all cells.
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

    /// Returns the cells from `start` to the end as one row.
    func row(from start: Int) -> SparseRows.Row {
        SparseRows.Row(
            columns: UnsafeBufferPointer(start: columns + start, count: count - start),
            amounts: UnsafeBufferPointer(start: amounts + start, count: count - start))
    }

    /// Overwrites this buffer with the sum of two rows; nil if a cell would exceed `UInt32.max`.
    mutating func sum(_ left: SparseRows.Row, _ right: SparseRows.Row) -> SparseRows.Row? {
        count = 0
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
            guard amount <= Int(UInt32.max) else { return nil }
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
        return row(from: 0)
    }
}

extension SparseRows {
    fileprivate init(starts: [UInt32], _ cells: borrowing RowScratch) {
        let all = cells.row(from: 0)
        self.init(starts: starts, columns: Array(all.columns), amounts: Array(all.amounts))
    }
}
