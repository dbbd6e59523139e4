/// A change of a block's total as bytes: what one write of one shard adds to and takes from it.
///
///     bytes 0..<4    "DLC1": magic and format version
///     bytes 4..<12   XXH64 of all bytes that follow, little-endian
///     varint         columns: every column is below it
///     varint         rows
///     each row:      varint cells; each cell: varint column (the first as it is, then the distance to the one before,
///                    less 1), varint amount: twice the amount if it is added, twice less 1 if it is taken away
///     8 bytes        the mark, little-endian: 64 random bits that no other change has
package enum PackedChange {
    static let magic: [UInt8] = Array("DLC1".utf8)
    static let markLength = 8

    /// What has to be added to a total so that it holds `new` where it held `old`. O(cells of both).
    package static func pack(from old: PlacedRows, to new: PlacedRows, columns: Int, mark: UInt64) -> [UInt8] {
        let cells = old.rows.cells + new.rows.cells
        return PackedRowWriter.packing(magic, columns: columns, rows: new.places.count, upToCells: cells) { writer in
            old.rows.withRows { oldRow in
                new.rows.withRows { newRow in
                    for place in 0..<new.places.count {
                        let before = place < old.places.count ? Int(old.places.sources[place]) : -1
                        writer.append(changeFrom: oldRow(before), to: newRow(Int(new.places.sources[place])))
                    }
                }
            }
            writer.append(mark: mark)
            return true
        }!
    }

    /// The rows to add and the rows to take away; nil unless `bytes` are whole and were packed with the same columns.
    package static func unpack(_ bytes: [UInt8], columns: Int) -> (plus: SparseRows, minus: SparseRows)? {
        PackedRowReader.reading(bytes, magic, columns: columns) { reader in
            var plus = RowsScratch(rows: reader.rows, cells: reader.bytesLeft / 2)
            var minus = RowsScratch(rows: reader.rows, cells: reader.bytesLeft / 2)
            for _ in 0..<reader.rows {
                guard let cells = reader.beginRow() else { return nil }
                for _ in 0..<cells {
                    guard let (column, amount) = reader.change() else { return nil }
                    if amount > 0 {
                        plus.cells.append(column: column, amount: amount)
                    } else {
                        minus.cells.append(column: column, amount: -amount)
                    }
                }
                plus.endRow()
                minus.endRow()
            }
            return reader.bytesLeft == markLength ? (plus.rows, minus.rows) : nil
        }
    }
}

extension PackedChange {
    /// The next column of two rows, from `o` and `n` on, with what has to be added to the old amount; nil at their end.
    @inline(__always)
    static func cell(
        _ old: SparseRows.Row, _ o: inout Int, _ new: SparseRows.Row, _ n: inout Int
    ) -> (column: Int, amount: Int)? {
        let oldColumn = o < old.columns.count ? Int(old.columns[o]) : Int.max
        let newColumn = n < new.columns.count ? Int(new.columns[n]) : Int.max
        let column = min(oldColumn, newColumn)
        guard column < Int.max else { return nil }
        var amount = 0
        if oldColumn == column {
            amount -= Int(old.amounts[o])
            o += 1
        }
        if newColumn == column {
            amount += Int(new.amounts[n])
            n += 1
        }
        return (column, amount)
    }

    /// The cells in which two rows differ.
    static func cells(from old: SparseRows.Row, to new: SparseRows.Row) -> Int {
        var (o, n, cells) = (0, 0, 0)
        while let (_, amount) = cell(old, &o, new, &n) { cells += amount == 0 ? 0 : 1 }
        return cells
    }
}
