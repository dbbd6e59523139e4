package import Counts

/// n_wk of the words of one block, as one process sees them: its own counts, which it knows exactly, and the others',
/// which may be old. One row a word in the order of the process's vocabulary, one column a topic.
package struct BlockCounts: Sendable, Equatable {
    /// A recount of the assignments of all slices of this process.
    package var own: SparseRows
    /// What other processes hold of the same words.
    package var others: SparseRows
    /// What other processes hold of words of this block that this one does not have.
    package var elsewhere: SparseRows
    /// Words in the block, everyone's.
    package var vocabulary: Int

    package init(own: SparseRows) {
        self.own = own
        others = SparseRows(emptyRows: own.count)
        elsewhere = SparseRows()
        vocabulary = own.count
    }

    /// Replaces what is known of the others, and moves `totals` (n_k) by the difference.
    package mutating func replaceOthers(
        ofOwnWords others: SparseRows, ofOtherWords elsewhere: SparseRows, vocabulary: Int, totals: inout [Int]
    ) {
        self.others.addColumnSums(to: &totals, times: -1)
        self.elsewhere.addColumnSums(to: &totals, times: -1)
        others.addColumnSums(to: &totals)
        elsewhere.addColumnSums(to: &totals)
        (self.others, self.elsewhere, self.vocabulary) = (others, elsewhere, vocabulary)
    }
}
