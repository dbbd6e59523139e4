import CKernels
import Corpus
import Counts
package import LDA

/// An exact, word-major sampler: the weights of a word over the topics are computed once, and stay in the cache while
/// all tokens of the word are drawn.
///
/// The conditional of a token, with phi_k = (n_wk + beta) / (n_k + beta V) of its word, is (n_dk + alpha_k) phi_k. If
/// documents are rows (`DocumentTopics`), all K weights are computed for every token, 16 at a time: O(K / 16) without
/// branches. If they are lists, the conditional is split in two parts,
///
///     document part   sum over the topics in the document of n_dk phi_k     gathered for every token
///     prior part      sum over all topics of alpha_k phi_k                  kept in hierarchical sums, rarely drawn
///
/// which takes O(K_d / 16) per token and O(K / 64 + cells of the row) per word. The implementation is in `CKernels`,
/// for several instruction sets; the beginning of `token_step.h` explains why it is fast.
///
/// Every sum is recomputed for each word and after 1024 tokens of a word, so that rounding errors do not accumulate.
/// Numbers are Float: weights have a relative error of about 1 in 10^6, and counts are integers.
package struct WordMajorSampler: TopicSampler {
    private var scratch: WordScratch
    package var beta: Double
    private let instructions: InstructionSet
    /// The rows to which the new counts of a block are written. They are then exchanged with the old rows, whose memory
    /// is used for the next block.
    private var spare = SparseRows()

    package init(priors: Priors) {
        self.init(priors: priors, instructions: .best)
    }

    /// `gathers` says whether phi is gathered with an instruction or number by number; nil: the faster way on this
    /// processor.
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
        scratch.withContext(&state, totals: &totals, beta: Float(beta), betaSum: betaSum) { context in
            kernel.begin(&context)
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
                        let cells = kernel.sample(&context, kernel_row(mine), kernel_row(theirs), first, end)
                        spare.appendRow(
                            SparseRows.Row(
                                columns: UnsafeBufferPointer(start: context.row_topics, count: cells),
                                amounts: UnsafeBufferPointer(start: context.row_amounts, count: cells)))
                    }
                }
            }
            changed = Int(context.changed)
        }
        swap(&block.own, &spare)
        return changed
    }
}

extension WordMajorSampler {
    /// The largest relative difference between a running sum and its recount since it was set; nil: they are not
    /// compared.
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
