import TestSupport
import Testing

@testable import Counts

@Suite("packed values")
struct PackedRowsTests {
    private static let columns = 300

    /// Rows of every kind: empty, full, with a single cell at either end, and with amounts of one to five bytes.
    private static let rows: SparseRows = {
        var rows = SparseRows(dense: [[], [1, 2, 3], [0, 0, 127, 128], [16_383, 16_384, 2_097_152, .max]])
        rows.append(column: 0, amount: 1)
        rows.append(column: 299, amount: 268_435_456)
        rows.endRow()
        rows.endRow()
        for column in 0..<300 { rows.append(column: UInt16(column), amount: UInt32(column + 1)) }
        rows.endRow()
        return rows
    }()

    @Test("unpacking returns the rows that were packed")
    func roundTrip() {
        let columns = Self.columns
        #expect(PackedRows.unpack(PackedRows.pack(Self.rows, columns: columns), columns: columns) == Self.rows)
        for rows in [SparseRows(), SparseRows(emptyRows: 3)] {
            #expect(PackedRows.unpack(PackedRows.pack(rows, columns: columns), columns: columns) == rows)
        }
        var wide = SparseRows()
        wide.append(column: .max, amount: .max)
        wide.endRow()
        #expect(PackedRows.unpack(PackedRows.pack(wide, columns: 1 << 16), columns: 1 << 16) == wide)
    }

    @Test("the bytes have the documented format")
    func bytes() {
        let packed = PackedRows.pack(SparseRows(dense: [[0, 300, 0, 1], []]), columns: 4)
        #expect(packed.prefix(4) == Array("DLR1".utf8)[...])
        #expect(packed.dropFirst(12) == [4, 2, 2, 1, 0xAC, 0x02, 1, 1, 0])
    }

    @Test("a value with any single byte changed in any way does not unpack")
    func flips() {
        let packed = PackedRows.pack(SparseRows(dense: [[1, 0, 200], [0, 3]]), columns: Self.columns)
        for index in packed.indices {
            for change in UInt8(1)...255 {
                var damaged = packed
                damaged[index] ^= change
                #expect(PackedRows.unpack(damaged, columns: Self.columns) == nil, "byte \(index) changed by \(change)")
            }
        }
    }

    @Test("a value that is truncated, followed by other bytes, or of another number of columns does not unpack")
    func lengths() {
        let packed = PackedRows.pack(Self.rows, columns: Self.columns)
        for length in packed.indices {
            #expect(PackedRows.unpack(Array(packed[..<length]), columns: Self.columns) == nil, "\(length) bytes")
        }
        #expect(PackedRows.unpack(packed + [0], columns: Self.columns) == nil)
        #expect(PackedRows.unpack(packed, columns: Self.columns + 1) == nil)
    }

    @Test(
        "invalid contents do not unpack, even with a correct checksum",
        arguments: [
            [4, 1, 1, 4, 1], [4, 1, 2, 3, 1, 0, 1], [4, 1, 1, 0, 0], [4, 1, 5, 0, 1], [4, 9], [4, 1], [4], [],
            [4, 1, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x10], [4, 1, 1, 0x80],
            [4, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        ] as [[UInt8]])
    func nonsense(contents: [UInt8]) {
        #expect(PackedRows.unpack(sealed(contents), columns: 4) == nil)
        #expect(
            PackedRows.unpack(sealed([4, 1, 1, 0, 1]), columns: 4) == SparseRows(dense: [[1]]), "the seal is right")
    }

    private func sealed(_ contents: [UInt8]) -> [UInt8] {
        let checksum = WordList.Identity(ofPacked: contents).value
        return Array("DLR1".utf8) + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) } + contents
    }

    @Test("numbers of every length are read, but none that is truncated or too long", arguments: 0..<64)
    func varint(bit: UInt64) {
        for value in [1 << bit, (1 << bit) &- 1, UInt64.max >> bit] {
            var bytes: [UInt8] = []
            Varint.append(value, to: &bytes)
            #expect(bytes.count == max(1, (64 - value.leadingZeroBitCount + 6) / 7))
            var cursor = 0
            #expect(Varint.read((bytes + [1]).span, &cursor) == value)
            #expect(cursor == bytes.count)
            cursor = 0
            #expect(Varint.read(Array(bytes.dropLast()).span, &cursor) == nil)
        }
        var cursor = 0
        let endless = [UInt8](repeating: 0x80, count: 11)
        #expect(Varint.read(endless.span, &cursor) == nil)
    }

    @Test("unpacking returns the same words, and nil for a list that is truncated inside a word")
    func wordLists() {
        let words: [[UInt8]] = [
            [], Array("e\u{301}".utf8), Array("\u{e9}".utf8), [0, 255, 10, 13], Array(repeating: 7, count: 200),
        ]
        let packed = WordList(words).packed()
        #expect(WordList(packed: packed)?.words == words)
        #expect(WordList(packed: [])?.words == [])
        let ends = Set(words.indices.map { WordList(Array(words[...$0])).packed().count } + [0])
        for length in packed.indices where !ends.contains(length) {
            #expect(WordList(packed: Array(packed[..<length])) == nil, "\(length) bytes")
        }
    }

    @Test("unpacking returns the same document chunks, and nil for damaged ones")
    func chunks() {
        let chunk = DocumentChunk(
            names: WordList([Array("a b".utf8), [], [0]]), rows: SparseRows(dense: [[1], [0, 2], [3, 3]]))
        let packed = chunk.packed(columns: 4)
        #expect(DocumentChunk(packed: packed, columns: 4) == chunk)
        for length in packed.indices { #expect(DocumentChunk(packed: Array(packed[..<length]), columns: 4) == nil) }
        #expect(DocumentChunk(packed: packed, columns: 5) == nil)
        let unequal = DocumentChunk(names: WordList([[1]]), rows: SparseRows(emptyRows: 2))
        #expect(DocumentChunk(packed: unequal.packed(columns: 4), columns: 4) == nil)
    }
}
