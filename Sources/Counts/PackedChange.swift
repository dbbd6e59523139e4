/// A change of a block's total as bytes: the amounts that one write of one shard adds and subtracts.
///
///     bytes 0..<4    "DLC1": magic and format version
///     bytes 4..<12   XXH64 of all bytes that follow, little-endian
///     varint         columns: every column is less than this
///     varint         rows
///     each row:      varint cells; each cell: varint column (the first as it is, then the distance to the previous
///                    column minus 1), varint amount: 2 x amount if it is added, 2 x amount - 1 if it is subtracted
///     8 bytes        the mark, little-endian: 64 random bits that differ for each change
package enum PackedChange {
    static let magic: [UInt8] = Array("DLC1".utf8)
    static let markLength = 8

    /// Packs the change of a total that contains `old` so that it contains `new` instead. O(cells of both).
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

    /// Returns the rows to add and to subtract; nil unless `bytes` are intact and were packed with the same columns.
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
    /// Returns the next column of two rows, from `o` and `n` on, and the new amount minus the old; nil at their end.
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

    /// Returns the number of cells in which two rows differ.
    static func cells(from old: SparseRows.Row, to new: SparseRows.Row) -> Int {
        var (o, n, cells) = (0, 0, 0)
        while let (_, amount) = cell(old, &o, new, &n) { cells += amount == 0 ? 0 : 1 }
        return cells
    }
}
