import Counts
import TestSupport
import Testing

@Suite("replacing a contribution in a packed total")
struct ReplacingTests {
    private static let columns = 5

    /// Amounts by place and column. The shard's rows are in a different order than the places.
    private struct Party {
        let dense: [[UInt32]]
        let placed: PlacedRows

        /// Creates rows at some of `count` places, with half of the cells empty.
        init(_ random: inout SeededGenerator, count: Int, upTo limit: UInt32) {
            let places = Array((0..<count).shuffled(using: &random).prefix(Int.random(in: 0...count, using: &random)))
            let rows = places.map { _ in
                (0..<ReplacingTests.columns).map { _ in
                    random.chance(0.5) ? 0 : UInt32.random(in: 0...limit, using: &random)
                }
            }
            var dense = Array(repeating: [UInt32](repeating: 0, count: ReplacingTests.columns), count: count)
            for (place, row) in zip(places, rows) { dense[place] = row }
            self.dense = dense
            placed = PlacedRows(SparseRows(dense: rows), at: RowPlaces(places, count: count))
        }
    }

    @Test("equals a subtraction and an addition, cell by cell", arguments: [3, 1000, UInt32.max])
    func arithmetic(limit: UInt32) {
        var random = SeededGenerator(seed: UInt64(limit))
        var (refused, done) = (0, 0)
        for _ in 0..<5000 {
            let count = Int.random(in: 0...4, using: &random)
            // Words may have been added to the block since the old rows and the total were written.
            let oldCount = Int.random(in: 0...count, using: &random)
            let (old, new) = (
                Party(&random, count: oldCount, upTo: random.chance(0.5) ? 1 : limit),
                Party(&random, count: count, upTo: limit)
            )
            let total = Party(&random, count: oldCount, upTo: limit).dense
            let width = 0..<Self.columns
            let others = (0..<count).map { row in
                width.map { row < oldCount ? Int(total[row][$0]) - Int(old.dense[row][$0]) : 0 }
            }
            let sums = (0..<count).map { row in width.map { others[row][$0] + Int(new.dense[row][$0]) } }
            let isPart = !others.joined().contains { $0 < 0 }
            let fits = isPart && !sums.joined().contains { $0 > Int(UInt32.max) }

            let packed = PackedRows.pack(SparseRows(dense: total), columns: Self.columns)
            let expectedOthers = isPart ? SparseRows(dense: others.map { $0.map(UInt32.init) }) : nil
            #expect(
                PackedRows.subtracting(old.placed, from: packed, rows: count, columns: Self.columns) == expectedOthers)
            let result = PackedRows.replacing(old.placed, by: new.placed, in: packed, columns: Self.columns)
            #expect((result != nil) == fits)
            guard let result else {
                refused += 1
                continue
            }
            done += 1
            #expect(result.others == expectedOthers)
            let expectedTotal = SparseRows(dense: sums.map { $0.map(UInt32.init) })
            #expect(result.total == PackedRows.pack(expectedTotal, columns: Self.columns))
        }
        #expect(refused > 100 && done > 100, "both cases occur")
    }

    @Test("treats a missing total as a total without rows")
    func empty() {
        var random = SeededGenerator(seed: 1)
        let new = Party(&random, count: 3, upTo: 9)
        let none = PlacedRows(inOrder: SparseRows())
        let result = PackedRows.replacing(none, by: new.placed, in: nil, columns: Self.columns)
        #expect(result?.others == SparseRows(emptyRows: 3))
        #expect(result?.total == PackedRows.pack(new.placed, columns: Self.columns))
        let old = PlacedRows(inOrder: SparseRows(dense: [[1]]))
        #expect(PackedRows.replacing(old, by: new.placed, in: nil, columns: Self.columns) == nil)
    }

    @Test("refuses a total that is damaged anywhere, truncated, or has more rows than the block")
    func damage() {
        let rows = PlacedRows(inOrder: SparseRows(dense: [[1, 0, 2], [], [3]]))
        let packed = PackedRows.pack(rows, columns: Self.columns)
        func replaced(_ total: [UInt8], columns: Int = Self.columns) -> Bool {
            PackedRows.replacing(rows, by: rows, in: total, columns: columns) != nil
        }
        #expect(replaced(packed))
        #expect(!replaced(packed, columns: Self.columns + 1))
        for index in packed.indices {
            #expect(!replaced(Array(packed[..<index])))
            var damaged = packed
            damaged[index] ^= 1
            #expect(!replaced(damaged))
        }
        #expect(!replaced(PackedRows.pack(SparseRows(dense: [[1, 0, 2], [], [3], [1]]), columns: Self.columns)))
    }
}
