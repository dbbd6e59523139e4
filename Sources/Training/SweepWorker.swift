import Counts
import Platform
import Sampling

/// The worker of one core. It owns the tokens, documents and random generator of one slice.
actor SweepWorker {
    private let thread: OwnThread
    private var state: SliceState
    private var sampler: any TopicSampler

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter thread: the thread that samples; workers may share it.
    init(state: SliceState, sampler: any TopicSampler, thread: OwnThread) {
        self.thread = thread
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

    /// The result of one step of a worker.
    struct Work: Sendable {
        /// The blocks that were lent.
        var loans: [Loan] = []
        /// n_k before the step (`seen`) and after it (`totals`).
        let seen: [Int]
        var totals: [Int]
        var changed = 0
    }

    /// Resamples this slice's tokens in the lent blocks, which are taken out of `loans`.
    func sample(_ loans: LockedValue<[Loan]>, beta: Double, vocabulary: Int, totals: [Int]) -> Work {
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

    /// Returns n_dk of all documents of the slice, with one row for each document.
    func documentRows() -> SparseRows {
        state.documents.rows()
    }

    /// Returns the state in the form in which a checkpoint stores it.
    func packed() -> PackedSlice { state.packed() }

    /// Whether n_dk is a recount of the assignments.
    var documentsMatchAssignments: Bool { state.documentsMatchAssignments }

    /// Returns the state.
    func snapshot() -> SliceState { state }
}
