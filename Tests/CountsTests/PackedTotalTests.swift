import TestSupport
import Testing

@testable import Counts

@Suite("a packed total with appended changes")
struct PackedTotalTests {
    private static let columns = 5

    /// Returns rows of random amounts, half of which are 0.
    private static func rows(_ count: Int, upTo limit: UInt32, _ random: inout SeededGenerator) -> [[UInt32]] {
        (0..<count).map { _ in
            (0..<columns).map { _ in random.chance(0.5) ? 0 : UInt32.random(in: 0...limit, using: &random) }
        }
    }

    private static func placed(_ dense: [[UInt32]]) -> PlacedRows { PlacedRows(inOrder: SparseRows(dense: dense)) }

    @Test("is the sum of its rows and all changes, whatever these add and subtract", arguments: [2, 1000, .max / 8])
    func changes(limit: UInt32) throws {
        var random = SeededGenerator(seed: UInt64(limit))
        for _ in 0..<2000 {
            // The contributions of three shards change one after the other, while words are added.
            var count = Int.random(in: 0...3, using: &random)
            var contributions = (0..<3).map { _ in Self.rows(count, upTo: limit, &random) }
            func sum(_ shards: [Int]) -> SparseRows {
                SparseRows(
                    dense: (0..<count).map { row in
                        (0..<Self.columns).map { column in
                            shards.reduce(0) {
                                $0 + (row < contributions[$1].count ? contributions[$1][row][column] : 0)
                            }
                        }
                    })
            }
            var bytes = PackedTotal.bytes(rows: PackedRows.pack(sum([0, 1, 2]), columns: Self.columns))
            for mark in 0..<UInt64.random(in: 0...4, using: &random) {
                let shard = Int.random(in: 0..<3, using: &random)
                let old = Self.placed(contributions[shard])
                count += Int.random(in: 0...1, using: &random)
                contributions[shard] = Self.rows(count, upTo: limit, &random)
                let change = PackedChange.pack(
                    from: old, to: Self.placed(contributions[shard]), columns: Self.columns, mark: mark)
                bytes += PackedTotal.bytes(change: change)
            }
            #expect(PackedTotal.unpack(bytes, columns: Self.columns) == sum([0, 1, 2]))

            // Replaces the first contribution by another one, as an exchange does.
            let total = try #require(PackedTotal(bytes, columns: Self.columns))
            let new = Self.rows(count, upTo: limit, &random)
            let old = Self.placed(contributions[0])
            let result = try #require(total.replacing(old, by: Self.placed(new), columns: Self.columns))
            #expect(result.others == sum([1, 2]))
            #expect(total.subtracting(old, rows: count, columns: Self.columns) == sum([1, 2]))
            contributions[0] = new
            #expect(PackedRows.unpack(result.total, columns: Self.columns) == sum([0, 1, 2]))
        }
    }

    @Test("is damaged if any bit is changed, if it is truncated, or if it contains a change twice")
    func damage() {
        let (one, two) = (Self.placed([[1, 0, 2], [3]]), Self.placed([[0, 2, 2], [3]]))
        let rows = PackedTotal.bytes(rows: PackedRows.pack(one.rows, columns: Self.columns))
        let change = PackedTotal.bytes(change: PackedChange.pack(from: one, to: two, columns: Self.columns, mark: 7))
        let back = PackedTotal.bytes(change: PackedChange.pack(from: two, to: one, columns: Self.columns, mark: 8))
        let whole = rows + change + back
        func reads(_ bytes: [UInt8]) -> Bool { PackedTotal.unpack(bytes, columns: Self.columns) != nil }
        #expect(reads(whole) && reads(rows) && reads(rows + change))
        for index in whole.indices {
            for bit in 0..<8 {
                var damaged = whole
                damaged[index] ^= 1 << UInt8(bit)
                #expect(!reads(damaged), "byte \(index)")
            }
            let isEndOfChange = [rows.count, rows.count + change.count].contains(index)
            #expect(reads(Array(whole[..<index])) == isEndOfChange)
        }
        #expect(!reads(rows + change + back + change), "the result of a log that was replayed twice")
        #expect(!reads([]))
    }
}
