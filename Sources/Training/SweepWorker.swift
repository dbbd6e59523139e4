import Counts
import Sampling

/// One core: the owner of one slice's tokens, documents and generator.
actor SweepWorker {
    private let thread = OwnThread()
    private var state: SliceState
    private var sampler: any TopicSampler

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(state: SliceState, sampler: any TopicSampler) {
        self.state = state
        self.sampler = sampler
    }

    /// A block lent to a worker for one step.
    struct Loan: Sendable {
        let block: Int
        /// The words of the block in the shard's vocabulary.
        let words: Range<Int>
        let counts: BlockCounts
    }

    /// What a worker did in one step.
    struct Work: Sendable {
        /// The own rows of the blocks lent, in that order.
        var rows: [SparseRows] = []
        /// n_k as the worker left it.
        var totals: [Int]
        var changed = 0
    }

    /// Resamples this slice's tokens in the blocks lent.
    func sample(_ loans: [Loan], vocabulary: Int, totals: [Int]) -> Work {
        var work = Work(totals: totals)
        for loan in loans {
            let (rows, changed) = sampler.sample(
                words: loan.words, block: loan.counts, vocabulary: vocabulary, totals: &work.totals, state: &state)
            work.rows.append(rows)
            work.changed += changed
        }
        return work
    }

    func documentLogLikelihood(_ likelihood: LogLikelihood) -> Double {
        likelihood.ofDocuments(state.documents)
    }

    /// n_dk of all documents of the slice: one row a document.
    func documentRows() -> SparseRows {
        state.documents.rows()
    }

    /// The state as it is, for checks.
    func snapshot() -> SliceState { state }
}
