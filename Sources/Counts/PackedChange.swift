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
            var change = RowChange()
            old.rows.withRows { oldRow in
                new.rows.withRows { newRow in
                    for place in 0..<new.places.count {
                        let before = place < old.places.count ? Int(old.places.sources[place]) : -1
                        let after = Int(new.places.sources[place])
                        change.set(
                            from: oldRow(before < 0 ? old.rows.count : before),
                            to: newRow(after < 0 ? new.rows.count : after))
                        writer.append(change)
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
            var (plus, minus) = (SparseRows(), SparseRows())
            for _ in 0..<reader.rows {
                guard let cells = reader.beginRow() else { return nil }
                for _ in 0..<cells {
                    guard let (column, amount) = reader.change() else { return nil }
                    if amount > 0 {
                        plus.append(column: UInt16(column), amount: UInt32(amount))
                    } else {
                        minus.append(column: UInt16(column), amount: UInt32(-amount))
                    }
                }
                plus.endRow()
                minus.endRow()
            }
            return reader.bytesLeft == markLength ? (plus, minus) : nil
        }
    }
}

/// The difference of two rows, in memory that serves one row after the other.
struct RowChange {
    private(set) var columns: [UInt16] = []
    private(set) var amounts: [Int] = []

    mutating func set(from old: SparseRows.Row, to new: SparseRows.Row) {
        columns.removeAll(keepingCapacity: true)
        amounts.removeAll(keepingCapacity: true)
        var (o, n) = (0, 0)
        while o < old.columns.count || n < new.columns.count {
            let oldColumn = o < old.columns.count ? Int(old.columns[o]) : Int.max
            let newColumn = n < new.columns.count ? Int(new.columns[n]) : Int.max
            var amount = 0
            if oldColumn <= newColumn {
                amount -= Int(old.amounts[o])
                o += 1
            }
            if newColumn <= oldColumn {
                amount += Int(new.amounts[n])
                n += 1
            }
            if amount != 0 {
                columns.append(UInt16(min(oldColumn, newColumn)))
                amounts.append(amount)
            }
        }
    }
}
