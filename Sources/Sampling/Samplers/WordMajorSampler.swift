import CKernels
import Corpus
import Counts

/// Exact and word-major: for each word the weights over the topics are built once, and stay near while all its tokens are
/// drawn.
///
/// The conditional of a token, with phi_k = (n_wk + beta) / (n_k + beta V) of its word, is (n_dk + alpha_k) phi_k. Where
/// documents are rows (`DocumentTopics`) all K weights are made for every token, 16 at a time: O(K / 16), no branches.
/// Where they are lists it is split in two,
///
///     document part   sum over the topics in the document of n_dk phi_k          gathered for every token
///     prior part      sum over all topics of alpha_k phi_k                       kept in sums of sums, rarely entered
///
/// O(K_d / 16) a token and O(K / 64 + cells of the row) a word. All of it is in `CKernels`, for several instruction sets; what
/// lets it be fast is told at the head of `core.h`.
///
/// Every sum is made anew for each word and after 1024 tokens of a word, so rounding never adds up. Numbers are Float: a
/// weight is known to about 1 in 10^6, counts are whole.
package struct WordMajorSampler: TopicSampler {
    private var scratch: WordScratch
    package var beta: Double
    private let instructions: InstructionSet
    /// What the rows of a block are written to before they take the place of the old ones, whose memory serves next.
    private var spare = SparseRows()

    package init(priors: Priors) {
        self.init(priors: priors, instructions: .best)
    }

    /// `gathers`: whether phi is gathered by an instruction or number by number; nil: what is faster on this processor.
    package init(priors: Priors, instructions: InstructionSet, gathers: Bool? = nil) {
        beta = priors.beta
        scratch = WordScratch(alpha: priors.alpha.map { Float($0) })
        if let gathers { scratch.gathers = gathers }
        self.instructions = instructions
    }

    package mutating func sample(
        words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
    ) -> Int {
        spare.removeAll()
        let tokenStarts = state.slice.tokenStarts
        let kernel = instructions.kernel
        let places = block.places.places
        var changed = 0
        let betaSum = Float(beta * Double(vocabulary))
        scratch.withCore(&state, totals: &totals, beta: Float(beta), betaSum: betaSum) { core in
            kernel.begin(&core)
            block.own.withRows { own in
                block.others.withRows { others in
                    for (row, word) in words.enumerated() {
                        let (first, end) = (Int(tokenStarts[word]), Int(tokenStarts[word + 1]))
                        let mine = own(row)
                        if first == end {
                            spare.appendRow(mine)
                            continue
                        }
                        let theirs = others(Int(places[row]))
                        let cells = kernel.sample(&core, kernel_row(mine), kernel_row(theirs), first, end)
                        spare.appendRow(
                            SparseRows.Row(
                                columns: UnsafeBufferPointer(start: core.row_topics, count: cells),
                                amounts: UnsafeBufferPointer(start: core.row_amounts, count: cells)))
                    }
                }
            }
            changed = Int(core.changed)
        }
        swap(&block.own, &spare)
        return changed
    }
}

extension WordMajorSampler {
    /// The largest relative difference between a running sum and its recount since it was set; nil: not looked for.
    package var drift: Float? {
        get { scratch.drift }
        set { scratch.drift = newValue }
    }
}

extension kernel_row {
    fileprivate init(_ row: SparseRows.Row) {
        self.init(topics: row.columns.baseAddress, amounts: row.amounts.baseAddress, count: row.columns.count)
    }
}
