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
        var counts: BlockCounts
    }

    /// What a worker did in one step.
    struct Work: Sendable {
        /// The blocks lent.
        var loans: [Loan] = []
        /// n_k as the worker found it, and as it left it.
        let seen: [Int]
        var totals: [Int]
        var changed = 0
    }

    /// Resamples this slice's tokens in the blocks lent, which are taken out of `loans`.
    func sample(_ loans: Shared<[Loan]>, beta: Double, vocabulary: Int, totals: [Int]) -> Work {
        var work = Work(seen: totals, totals: totals)
        loans.update { swap(&work.loans, &$0) }
        sampler.beta = beta
        for index in work.loans.indices {
            work.changed += sampler.sample(
                words: work.loans[index].words, block: &work.loans[index].counts, vocabulary: vocabulary,
                totals: &work.totals, state: &state)
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

    /// The state, as a checkpoint keeps it.
    func packed() -> PackedSlice { state.packed() }

    /// The state as it is.
    func snapshot() -> SliceState { state }
}
