/// The computation of an exchange, in one pass over the packed total. Only the others' rows are unpacked, because the
/// sampler needs them. The pass is one loop over plain memory, without closures or arrays inside: a row has only a few
/// cells, so a call for each row costs as much as its cells.
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
            new.rows.withRows { rows in
                new.places.sources.withUnsafeBufferPointer { sources in
                    var joined = JoinedRows(writer: writer, rows: rows, sources: sources, columns: columns)
                    others = subtract(
                        old, from: total, adding: plus, rows: new.places.count, columns: columns, &joined)
                    writer = joined.writer
                }
            }
            return others != nil
        }
        guard let others, let packed else { return nil }
        return (others, packed)
    }

    /// Returns total + plus - old; nil in the cases described above.
    package static func subtracting(
        _ old: PlacedRows, from total: [UInt8]?, adding plus: SparseRows = SparseRows(), rows: Int, columns: Int
    ) -> SparseRows? {
        var nothing = NothingJoined()
        return subtract(old, from: total, adding: plus, rows: rows, columns: columns, &nothing)
    }

    private static func subtract<Rows: RowVisitor & ~Copyable>(
        _ old: PlacedRows, from total: [UInt8]?, adding plus: SparseRows, rows: Int, columns: Int,
        _ visitor: inout Rows
    ) -> SparseRows? {
        old.rows.withRows { oldRows in
            old.places.sources.withUnsafeBufferPointer { sources in
                plus.withRows { plusRows in
                    let cells = (total?.count ?? 0) / 2 + plus.cells + 1
                    var pass = Subtraction(
                        old: oldRows, sources: sources, plus: plusRows, rows: rows, cells: cells, columns: columns)
                    guard let total else { return pass.takeRows(from: 0, to: rows, &visitor) ? pass.left.rows : nil }
                    let isDone: Bool? = PackedRowReader.reading(total, columns: columns) { reader in
                        guard max(reader.rows, plus.count) <= rows else { return nil }
                        return pass.takeRows(of: &reader, &visitor)
                            && pass.takeRows(from: reader.rows, to: rows, &visitor)
                    }
                    return isDone == true ? pass.left.rows : nil
                }
            }
        }
    }
}

/// Receives each row that is left, in the order of the block.
private protocol RowVisitor: ~Copyable {
    /// Returns false to end the pass in failure.
    mutating func visit(_ place: Int, _ others: SparseRows.Row) -> Bool
}

private struct NothingJoined: RowVisitor {
    /// An empty value has no address, and ThreadSanitizer stops the program when it checks an access to it.
    private let placeholder: UInt8 = 0

    mutating func visit(_ place: Int, _ others: SparseRows.Row) -> Bool { true }
}

/// Packs each row with the own row at its place added.
private struct JoinedRows: RowVisitor, ~Copyable {
    var writer: PackedRowWriter
    let rows: SparseRows.LentRows
    let sources: UnsafeBufferPointer<Int32>
    private var sum: RowScratch

    init(
        writer: PackedRowWriter, rows: SparseRows.LentRows, sources: UnsafeBufferPointer<Int32>, columns: Int
    ) {
        (self.writer, self.rows, self.sources) = (writer, rows, sources)
        sum = RowScratch(cells: columns)
    }

    @inline(__always)
    mutating func visit(_ place: Int, _ others: SparseRows.Row) -> Bool {
        let source = Int(sources[place])
        if source < 0 {
            writer.append(others)
            return true
        }
        sum.removeAll()
        guard sum.append(others, plus: rows(source)) else { return false }
        writer.append(sum.row(from: 0))
        return true
    }
}

/// A pass over the rows of a total.
private struct Subtraction: ~Copyable {
    private let old: SparseRows.LentRows
    private let sources: UnsafeBufferPointer<Int32>
    private let plus: SparseRows.LentRows
    /// The rows that are left.
    var left: RowsScratch
    private var stored: RowScratch
    private var sum: RowScratch

    init(
        old: SparseRows.LentRows, sources: UnsafeBufferPointer<Int32>, plus: SparseRows.LentRows, rows: Int, cells: Int,
        columns: Int
    ) {
        (self.old, self.sources, self.plus) = (old, sources, plus)
        left = RowsScratch(rows: rows, cells: cells)
        stored = RowScratch(cells: columns)
        sum = RowScratch(cells: columns)
    }

    /// Returns the old row at a place.
    @inline(__always)
    private func taken(_ place: Int) -> SparseRows.Row { old(place < sources.count ? Int(sources[place]) : -1) }

    /// Subtracts from all rows of `reader`.
    mutating func takeRows<Rows: RowVisitor & ~Copyable>(
        of reader: inout PackedRowReader, _ visitor: inout Rows
    ) -> Bool {
        for place in 0..<reader.rows {
            guard let cells = reader.beginRow() else { return false }
            let more = plus(place)
            if more.columns.count == 0 {
                let taken = taken(place)
                var next = 0
                for _ in 0..<cells {
                    guard let (column, amount) = reader.cell(),
                        left.cells.append(column: column, amount: amount, less: taken, from: &next)
                    else { return false }
                }
                guard end(place, next == taken.columns.count, &visitor) else { return false }
            } else {
                stored.removeAll()
                for _ in 0..<cells {
                    guard let (column, amount) = reader.cell() else { return false }
                    stored.append(column: column, amount: amount)
                }
                sum.removeAll()
                guard sum.append(stored.row(from: 0), plus: more), take(place, sum.row(from: 0), &visitor) else {
                    return false
                }
            }
        }
        return reader.isAtEnd
    }

    /// Subtracts at the places for which the total has no rows.
    mutating func takeRows<Rows: RowVisitor & ~Copyable>(
        from first: Int, to end: Int, _ visitor: inout Rows
    ) -> Bool {
        for place in first..<end {
            guard take(place, plus(place), &visitor) else { return false }
        }
        return true
    }

    private mutating func take<Rows: RowVisitor & ~Copyable>(
        _ place: Int, _ row: SparseRows.Row, _ visitor: inout Rows
    ) -> Bool {
        let taken = taken(place)
        var next = 0
        for cell in 0..<row.columns.count {
            guard
                left.cells.append(
                    column: Int(row.columns[cell]), amount: Int(row.amounts[cell]), less: taken, from: &next)
            else { return false }
        }
        return end(place, next == taken.columns.count, &visitor)
    }

    @inline(__always)
    private mutating func end<Rows: RowVisitor & ~Copyable>(
        _ place: Int, _ isAllTaken: Bool, _ visitor: inout Rows
    ) -> Bool {
        guard isAllTaken else { return false }
        let row = left.cells.row(from: left.start)
        left.endRow()
        return visitor.visit(place, row)
    }
}
