import Hashing

/// `SparseRows` as bytes: what the store keeps and the network carries.
///
///     bytes 0..<4    "DLR1": magic and format version
///     bytes 4..<12   XXH64 of all bytes that follow, little-endian
///     varint         columns: every column is below it
///     varint         rows
///     each row:      varint cells; each cell: varint column (the first as it is, then the distance to the one before,
///                    less 1), varint amount (never 0)
///
/// varint: seven bits a byte, low ones first, the high bit set on all but the last (LEB128). About 2 bytes a cell.
/// A value that is damaged anywhere unpacks to nil; it is then treated as absent.
package enum PackedRows {
    private static let magic: [UInt8] = Array("DLR1".utf8)
    private static let headerLength = 12

    package static func pack(_ rows: SparseRows, columns: Int) -> [UInt8] {
        var bytes = magic
        bytes.reserveCapacity(headerLength + 16 + rows.count + rows.cells * 2 + rows.cells / 4)
        bytes.append(contentsOf: repeatElement(0, count: headerLength - magic.count))
        Varint.append(UInt64(columns), to: &bytes)
        Varint.append(UInt64(rows.count), to: &bytes)
        for row in 0..<rows.count {
            let range = rows.range(of: row)
            Varint.append(UInt64(range.count), to: &bytes)
            var next = 0
            for cell in range {
                let column = Int(rows.columns[cell])
                Varint.append(UInt64(column - next), to: &bytes)
                Varint.append(UInt64(rows.amounts[cell]), to: &bytes)
                next = column + 1
            }
        }
        let checksum = XXH64.hash(bytes.span.bytes.extracting(headerLength..<bytes.count))
        for byte in 0..<8 { bytes[magic.count + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(byte))) }
        return bytes
    }

    /// - Returns: nil unless `bytes` are whole and were packed with the same number of columns.
    package static func unpack(_ bytes: [UInt8], columns: Int) -> SparseRows? {
        guard bytes.count >= headerLength, bytes.starts(with: magic) else { return nil }
        var stored: UInt64 = 0
        for byte in 0..<8 { stored |= UInt64(bytes[magic.count + byte]) << (8 * UInt64(byte)) }
        guard stored == XXH64.hash(bytes.span.bytes.extracting(headerLength..<bytes.count)) else { return nil }

        var cursor = headerLength
        guard let storedColumns = Varint.read(bytes.span, &cursor), storedColumns == UInt64(columns),
            let rowCount = Varint.read(bytes.span, &cursor), rowCount <= UInt64(bytes.count - cursor)
        else { return nil }
        var rows = SparseRows(reservingCells: (bytes.count - cursor) / 2, rows: Int(rowCount))
        for _ in 0..<rowCount {
            guard let cells = Varint.read(bytes.span, &cursor), cells <= UInt64(columns) else { return nil }
            var next: UInt64 = 0
            for _ in 0..<cells {
                guard let distance = Varint.read(bytes.span, &cursor), distance < UInt64(columns),
                    let amount = Varint.read(bytes.span, &cursor), amount > 0, amount <= UInt64(UInt32.max)
                else { return nil }
                let column = next + distance
                guard column < UInt64(columns) else { return nil }
                rows.append(column: UInt16(column), amount: UInt32(amount))
                next = column + 1
            }
            rows.endRow()
        }
        return cursor == bytes.count ? rows : nil
    }
}
