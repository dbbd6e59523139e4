import Counts
import TestSupport
import Testing

@Suite("sparse rows")
struct SparseRowsTests {
    @Test("adding the rows that were subtracted restores the total")
    func adding() throws {
        let total = SparseRows(dense: [[1, 2], [], [0, .max]])
        #expect(total.adding(SparseRows(dense: [[], [7]])) == SparseRows(dense: [[1, 2], [7], [0, .max]]))
        #expect(total.adding(SparseRows(dense: [[], [], [0, 1]])) == nil)
        #expect(SparseRows().adding(SparseRows()) == SparseRows())
    }

    @Test("rows are put at the given places, and found there")
    func placing() {
        let rows = SparseRows(dense: [[1], [2], [0, 3]])
        let placed = PlacedRows(rows, at: RowPlaces([4, 0, 2], count: 5)).inPlace
        #expect(placed == SparseRows(dense: [[2], [], [0, 3], [], [1]]))
        #expect(PlacedRows(inOrder: rows).inPlace == rows)
        #expect(placed.selecting([4, 0, 2]) == rows)
        #expect(placed.selecting([9]) == SparseRows(emptyRows: 1), "rows past the end are empty")
        #expect(placed.rowSums == [2, 0, 3, 0, 1] && placed.sum == 6)
        var totals = [10, 10]
        placed.addColumnSums(to: &totals, times: -1)
        #expect(totals == [7, 7])
    }
}
