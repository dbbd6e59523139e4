package import Counts

/// n_wk of the words of one block, as one process sees them: its own counts, which it knows exactly, and the others',
/// which may be old. One row a word in the order of the process's vocabulary, one column a topic.
package struct BlockCounts: Sendable, Equatable {
    /// A recount of the assignments of all slices of this process.
    package var own: SparseRows
    /// What other processes hold: one row for each word of the block, everyone's.
    package private(set) var others: SparseRows
    /// Which of them the own words are; rows past the end are empty.
    package private(set) var places: RowPlaces

    package init(own: SparseRows) {
        self.own = own
        others = SparseRows()
        places = RowPlaces(inOrder: own.count)
    }

    /// Words in the block, everyone's.
    package var vocabulary: Int { places.count }

    /// Replaces what is known of the others, and moves `totals` (n_k) by the difference.
    package mutating func replaceOthers(_ others: SparseRows, at places: RowPlaces, totals: inout [Int]) {
        self.others.addColumnSums(to: &totals, times: -1)
        others.addColumnSums(to: &totals)
        (self.others, self.places) = (others, places)
    }
}
