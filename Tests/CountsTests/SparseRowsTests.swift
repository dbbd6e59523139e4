import Counts
import TestSupport
import Testing

@Suite("sparse rows")
struct SparseRowsTests {
    private static let columns = 5

    private func dense(_ rows: SparseRows, count: Int) -> [[Int]] {
        (0..<count).map { row in
            var amounts = [Int](repeating: 0, count: Self.columns)
            for cell in rows.range(of: row) { amounts[Int(rows.columns[cell])] = Int(rows.amounts[cell]) }
            return amounts
        }
    }

    /// Up to four rows, half of the cells empty.
    private func randomRows(_ random: inout SeededGenerator, upTo limit: UInt32) -> [[UInt32]] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
            (0..<Self.columns).map { _ in
                random.chance(0.5) ? 0 : UInt32.random(in: 0...limit, using: &random)
            }
        }
    }

    @Test("replacing is subtraction and addition, cell by cell", arguments: [3, 1000, UInt32.max])
    func replacing(limit: UInt32) throws {
        var random = SeededGenerator(seed: UInt64(limit))
        var (refused, done) = (0, 0)
        for _ in 0..<3000 {
            let (total, old, new) = (
                SparseRows(dense: randomRows(&random, upTo: limit)),
                SparseRows(dense: randomRows(&random, upTo: random.chance(0.5) ? 1 : limit)),
                SparseRows(dense: randomRows(&random, upTo: limit))
            )
            let count = max(total.count, old.count, new.count)
            let rows = zip(dense(total, count: count), zip(dense(old, count: count), dense(new, count: count)))
            let others = rows.map { zip($0, $1.0).map { $0 - $1 } }
            let sums = zip(others, dense(new, count: count)).map { zip($0, $1).map { $0 + $1 } }
            let fits = !others.joined().contains { $0 < 0 } && !sums.joined().contains { $0 > Int(UInt32.max) }
            let result = SparseRows.replacing(old, by: new, in: total)
            #expect((result != nil) == fits)
            guard let result else {
                refused += 1
                continue
            }
            done += 1
            #expect(result.others.count == count && result.total.count == count)
            #expect(dense(result.others, count: count) == others)
            #expect(dense(result.total, count: count) == sums)
            #expect(!result.others.amounts.contains(0) && !result.total.amounts.contains(0))
        }
        #expect(refused > 100 && done > 100, "both kinds are met")
    }

    @Test("adding what was taken out gives the total back")
    func adding() throws {
        let total = SparseRows(dense: [[1, 2], [], [0, .max]])
        #expect(total.adding(SparseRows(dense: [[], [7]])) == SparseRows(dense: [[1, 2], [7], [0, .max]]))
        #expect(total.adding(SparseRows(dense: [[], [], [0, 1]])) == nil)
        #expect(SparseRows().adding(SparseRows()) == SparseRows())
    }

    @Test("rows are placed where they are told, and found there")
    func placing() {
        let rows = SparseRows(dense: [[1], [2], [0, 3]])
        let placed = rows.placed(at: [4, 0, 2], count: 5)
        #expect(placed == SparseRows(dense: [[2], [], [0, 3], [], [1]]))
        #expect(placed.selecting([4, 0, 2]) == rows)
        #expect(placed.selecting([9]) == SparseRows(emptyRows: 1), "rows past the end are empty")
        #expect(placed.rowSums == [2, 0, 3, 0, 1] && placed.sum == 6)
        var totals = [10, 10]
        placed.addColumnSums(to: &totals, times: -1)
        #expect(totals == [7, 7])
    }
}
