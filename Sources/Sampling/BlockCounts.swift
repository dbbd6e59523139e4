package import Counts

/// n_wk of the words of one block as one process sees them: its own counts, which are exact, and those of other
/// processes, which may be outdated. There is one row per word and one column per topic.
package struct BlockCounts: Sendable, Equatable {
    /// The counts of this process: a recount of the assignments of all its slices. The rows are in the order of the
    /// process's vocabulary.
    package var own: SparseRows
    /// The counts of other processes, with one row for every word of the block that any process has.
    package private(set) var others: SparseRows
    /// The rows of `others` that belong to the process's own words; rows past the end are empty.
    package private(set) var places: RowPlaces

    package init(own: SparseRows) {
        self.own = own
        others = SparseRows()
        places = RowPlaces(inOrder: own.count)
    }

    /// The number of words in the block over all processes.
    package var vocabulary: Int { places.count }

    /// Replaces the counts of other processes, and changes `totals` (n_k) by the difference.
    package mutating func replaceOthers(_ others: SparseRows, at places: RowPlaces, totals: inout [Int]) {
        self.others.addColumnSums(to: &totals, times: -1)
        others.addColumnSums(to: &totals)
        (self.others, self.places) = (others, places)
    }
}
