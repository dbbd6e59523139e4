import Hashing

/// The byte format of `SparseRows`, in which they are stored and sent.
///
///     bytes 0..<4    "DLR1": magic and format version
///     bytes 4..<12   XXH64 of all bytes that follow, little-endian
///     varint         the number of columns
///     varint         the number of rows
///     each row:      varint number of cells; each cell: varint column (the first one as it is, then the difference to
///                    the previous one minus 1), varint amount (never 0)
///
/// A varint has seven bits in each byte, the low ones first, and the high bit is set in all bytes except the last
/// (LEB128). A cell takes about 2 bytes. Formats that pack a small amount and a small difference into one byte save 3
/// to 17 % of that (tried with four models). A value that is damaged anywhere unpacks to nil and is then treated as
/// absent.
package enum PackedRows {
    package static func pack(_ rows: SparseRows, columns: Int) -> [UInt8] {
        pack(PlacedRows(inOrder: rows), columns: columns)
    }

    /// Packs rows in the order in which they are stored.
    package static func pack(_ own: PlacedRows, columns: Int) -> [UInt8] {
        PackedRowWriter.packing(columns: columns, rows: own.places.count, upToCells: own.rows.cells) { writer in
            own.rows.withRows { row in
                for source in own.places.sources { writer.append(row(Int(source))) }
            }
            return true
        }!
    }

    /// - Returns: nil unless `bytes` are complete and were packed with the same number of columns.
    package static func unpack(_ bytes: [UInt8], columns: Int) -> SparseRows? {
        PackedRowReader.reading(bytes, columns: columns) { reader in
            var rows = RowsScratch(rows: reader.rows, cells: reader.bytesLeft / 2)
            for _ in 0..<reader.rows {
                guard let cells = reader.beginRow() else { return nil }
                for _ in 0..<cells {
                    guard let (column, amount) = reader.cell() else { return nil }
                    rows.cells.append(column: column, amount: amount)
                }
                rows.endRow()
            }
            return reader.isAtEnd ? rows.rows : nil
        }
    }
}

/// Writes rows one after the other into a buffer that is large enough for them.
struct PackedRowWriter {
    static let magic: [UInt8] = Array("DLR1".utf8)
    static let headerLength = 12

    private var next: UnsafeMutablePointer<UInt8>
    /// The end of the buffer.
    private let end: UnsafeMutablePointer<UInt8>

    /// Returns a packed value with the rows that `body` appends; nil if `body` returns false. `body` has to append
    /// `rows` rows with at most `cells` cells in total.
    static func packing(
        _ magic: [UInt8] = magic, columns: Int, rows: Int, upToCells cells: Int,
        _ body: (inout PackedRowWriter) -> Bool
    ) -> [UInt8]? {
        var isWanted = true
        // A column takes at most 3 bytes, an amount 5, the number of cells of a row 3, the numbers of columns and rows
        // 10 each, and a mark 8.
        var bytes = [UInt8](unsafeUninitializedCapacity: headerLength + 28 + rows * 3 + cells * 8) { buffer, count in
            let start = buffer.baseAddress!
            for index in 0..<headerLength { start[index] = index < magic.count ? magic[index] : 0 }
            var writer = PackedRowWriter(next: start + headerLength, end: start + buffer.count)
            writer.append(UInt64(columns))
            writer.append(UInt64(rows))
            isWanted = body(&writer)
            count = writer.next - start
        }
        guard isWanted else { return nil }
        let checksum = XXH64.hash(bytes.span.bytes.extracting(headerLength..<bytes.count))
        for byte in 0..<8 { bytes[magic.count + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(byte))) }
        return bytes
    }

    mutating func append(_ row: SparseRows.Row) {
        append(UInt64(row.columns.count))
        var below = 0
        for cell in 0..<row.columns.count {
            let column = Int(row.columns[cell])
            append(UInt64(column - below))
            append(UInt64(row.amounts[cell]))
            below = column + 1
        }
    }

    /// Appends what has to be added to `old` so that it is `new`, with as many cells as differ.
    mutating func append(changeFrom old: SparseRows.Row, to new: SparseRows.Row) {
        append(UInt64(PackedChange.cells(from: old, to: new)))
        var (o, n, below) = (0, 0, 0)
        while let (column, amount) = PackedChange.cell(old, &o, new, &n) {
            guard amount != 0 else { continue }
            append(UInt64(column - below))
            append(amount > 0 ? UInt64(amount) * 2 : UInt64(-amount) * 2 - 1)
            below = column + 1
        }
    }

    mutating func append(mark: UInt64) {
        assert(end - next >= PackedChange.markLength, "the mark lies in the buffer")
        for byte in 0..<UInt64(PackedChange.markLength) {
            next.pointee = UInt8(truncatingIfNeeded: mark >> (8 * byte))
            next += 1
        }
    }

    @inline(__always)
    private mutating func append(_ value: UInt64) {
        var rest = value
        assert(end - next >= (70 - max(value, 1).leadingZeroBitCount) / 7, "the number lies in the buffer")
        while rest >= 0x80 {
            next.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
            next += 1
            rest >>= 7
        }
        next.pointee = UInt8(truncatingIfNeeded: rest)
        next += 1
    }
}

/// Reads the rows of a packed value one after the other. Bytes that `PackedRowWriter` cannot have written read as nil.
struct PackedRowReader {
    /// The number of rows.
    let rows: Int
    private let columns: UInt64
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    /// The lowest column that the next cell of this row can have.
    private var below: UInt64 = 0

    /// Calls `body` with a reader of the value and returns its result; nil if the value is damaged or has a different
    /// number of columns, or if `body` returns nil.
    static func reading<Result>(
        _ bytes: [UInt8], _ magic: [UInt8] = PackedRowWriter.magic, columns: Int,
        _ body: (inout PackedRowReader) -> Result?
    ) -> Result? {
        let header = PackedRowWriter.headerLength
        guard bytes.count >= header, bytes.starts(with: magic) else { return nil }
        var stored: UInt64 = 0
        for byte in 0..<8 { stored |= UInt64(bytes[magic.count + byte]) << (8 * UInt64(byte)) }
        guard stored == XXH64.hash(bytes.span.bytes.extracting(header..<bytes.count)) else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            guard var reader = PackedRowReader(UnsafeBufferPointer(rebasing: buffer[header...]), columns: columns)
            else { return nil }
            return body(&reader)
        }
    }

    private init?(_ bytes: UnsafeBufferPointer<UInt8>, columns: Int) {
        guard let start = bytes.baseAddress else { return nil }
        (next, end) = (start, start + bytes.count)
        self.columns = UInt64(columns)
        guard let storedColumns = Self.number(&next, end), storedColumns == UInt64(columns),
            let rows = Self.number(&next, end), rows <= UInt64(end - next)
        else { return nil }
        self.rows = Int(rows)
    }

    var bytesLeft: Int { end - next }
    var isAtEnd: Bool { next == end }

    /// Begins the next row and returns its number of cells.
    @inline(__always)
    mutating func beginRow() -> Int? {
        below = 0
        guard let cells = Self.number(&next, end), cells <= columns else { return nil }
        return Int(cells)
    }

    @inline(__always)
    mutating func cell() -> (column: Int, amount: Int)? {
        guard let (column, amount) = numbers(), amount <= UInt64(UInt32.max) else { return nil }
        return (column, Int(amount))
    }

    /// Reads a cell of a change. The amount is negative if it is to be subtracted.
    mutating func change() -> (column: Int, amount: Int)? {
        guard let (column, code) = numbers(), code <= 2 * UInt64(UInt32.max) else { return nil }
        return (column, code.isMultiple(of: 2) ? Int(code / 2) : -Int(code / 2 + 1))
    }

    /// Reads a column and the number that follows it, which is not 0.
    @inline(__always)
    private mutating func numbers() -> (column: Int, number: UInt64)? {
        guard let distance = Self.number(&next, end), distance < columns, let number = Self.number(&next, end),
            number > 0
        else { return nil }
        let column = below + distance
        guard column < columns else { return nil }
        below = column + 1
        return (Int(column), number)
    }

    @inline(__always)
    private static func number(_ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt64? {
        guard next < end else { return nil }
        let first = next.pointee
        next += 1
        return first < 0x80 ? UInt64(first) : number(after: first, &next, end)
    }

    /// The number whose first byte, of several, has been read.
    private static func number(
        after first: UInt8, _ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UInt64? {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while next < end, shift < 64 {
            let byte = next.pointee
            next += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
