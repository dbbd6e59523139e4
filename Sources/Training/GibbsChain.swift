package import Corpus
package import Counts
import LDA
import Platform
package import Sampling

/// The Markov chain of one process: its slices, each with a worker; n_wk, divided into blocks; and n_k.
///
/// Invariants: `totals` is the sum of all counts in `blocks`, those of this process and those of others; the `own`
/// counts of each block equal a recount of the assignments. The same corpus, settings and cores give the same chain,
/// bit for bit, as long as no rows of other processes are installed.
package struct GibbsChain: Sendable {
    /// The counts of each block; empty while the block is lent to a worker.
    package private(set) var blocks: [BlockCounts]
    private var isLent: [Bool]
    /// The rows of other processes that arrived for blocks that are lent to a worker, and the time when they were read.
    private var arrived: [Int: (ShardLedger.OthersRows, read: ContinuousClock.Instant)] = [:]
    /// The time when the counts of the other processes were read, by block; nil if they never were.
    private var read: [ContinuousClock.Instant?]
    /// The ages of the counts of other processes with which this sweep is sampled.
    package private(set) var viewAge = ViewAge()
    /// The vocabulary size V, as far as this process knows.
    package private(set) var vocabulary: Int
    private var progress: StepBarrier
    package private(set) var rotation: BlockRotation
    private let blockStarts: [Int]
    private let workers: [SweepWorker]
    private let likelihood: LogLikelihood
    private let schedule: BetaSchedule
    /// The number of sweeps begun.
    private var sweeps: Int
    /// The beta of this sweep.
    private var beta: Double
    /// The number of tokens of this process.
    package let tokens: Int

    /// Starts a chain, using as many threads as there are cores. O(tokens).
    /// - Parameter assignments: the initial topics of the tokens, by slice; nil means those of `InitialTopics`.
    package init(_ corpus: ShardCorpus, settings: TrainingSettings, assignments: [[UInt16]]? = nil) async {
        let topics = settings.priors.topics
        let states = await inParallel(corpus.slices.count) { core in
            let (slice, stream) = (corpus.slices[core], settings.shard * settings.cores + core)
            return if let assignments {
                SliceState(slice, topics: topics, seed: settings.seed, stream: stream, assignments: assignments[core])
            } else {
                SliceState(
                    slice, topics: topics, seed: settings.seed, stream: stream, wordHash: corpus.vocabulary.hash)
            }
        }
        await self.init(corpus, settings: settings, states: states, sweeps: 0)
    }

    /// Continues a chain after `sweeps` sweeps, from the states of the slices at that time. O(tokens).
    package init(_ corpus: ShardCorpus, settings: TrainingSettings, states: [SliceState], sweeps: Int) async {
        let topics = settings.priors.topics
        let blockStarts = corpus.blockStarts
        blocks = await inParallel(settings.blocks) { block in
            let words = blockStarts[block]..<blockStarts[block + 1]
            return BlockCounts(own: SliceState.recount(states, words: words, topics: topics))
        }
        isLent = Array(repeating: false, count: settings.blocks)
        read = Array(repeating: nil, count: settings.blocks)
        vocabulary = blockStarts[settings.blocks]
        var totals = [Int](repeating: 0, count: topics)
        for block in blocks { block.own.addColumnSums(to: &totals) }
        progress = StepBarrier(totals, cores: settings.cores, steps: 0)
        rotation = BlockRotation(
            blockTokens: blocks.map(\.own.sum), cores: settings.cores, seed: settings.seed,
            stream: UInt64(settings.shard), sweep: sweeps)
        self.sweeps = sweeps
        tokens = states.reduce(0) { $0 + $1.tokens }
        // If there are more slices than cores, workers share threads. Threads that take turns on a core cost much more
        // (64 workers on one core, 300 documents: 28 times the processor time of one).
        let threads = (0..<min(states.count, Machine.cores)).map { _ in OwnThread() }
        workers = states.enumerated().map { index, state in
            SweepWorker(
                state: state, sampler: settings.sampler(settings.priors), thread: threads[index % threads.count])
        }
        schedule = BetaSchedule(beta: settings.priors.beta, topics: topics, length: settings.anneal)
        beta = settings.priors.beta
        likelihood = LogLikelihood(settings.priors)
        self.blockStarts = blockStarts
    }

    /// n_k after the steps that have ended.
    package var totals: [Int] { progress.totals }

    /// Samples every token once. Each worker does the steps of the rotation as early as `StepBarrier` permits. Within a
    /// sweep, a worker sees the other workers' changes of n_wk immediately (it receives a group of blocks only when the
    /// previous worker has finished with it), and their changes of n_k up to two steps late.
    ///
    /// - Parameters:
    ///   - isExtra: whether the sweep is done while waiting for other shards. Such a sweep does not advance the
    ///     annealing.
    ///   - afterStep: called when all workers have ended a step, while they work on the next one. An error thrown by it
    ///     ends the chain. If it returns false, the sweep ends early, as soon as the steps that have begun are
    ///     complete.
    /// - Returns: the number of tokens that changed their topic.
    package mutating func sweep(
        isExtra: Bool = false,
        afterStep: (inout GibbsChain, _ step: Int) async throws -> Bool = { _, _ in true }
    ) async throws -> Int {
        rotation.beginSweep()
        beta = schedule.beta(sweep: sweeps, tokens: totals.reduce(0, +), vocabulary: vocabulary)
        if !isExtra { sweeps += 1 }
        viewAge = ViewAge()
        progress = StepBarrier(progress.totals, cores: workers.count, steps: rotation.steps)
        return try await withThrowingTaskGroup(of: (Int, SweepWorker.Work).self) { group in
            var (changed, reported, continues) = (0, 0, true)
            begin(in: &group)
            while let (core, work) = try await group.next() {
                changed += work.changed
                take(work, of: core)
                if continues { begin(in: &group) }
                while continues, reported < progress.ended {
                    continues = try await afterStep(&self, reported)
                    reported += 1
                }
            }
            assert(totals == recountedTotals)
            #if DEBUG
                // Only for small models, because it takes O(tokens x topics).
                for worker in workers where tokens * totals.count <= 1 << 20 {
                    let isRecount = await worker.documentsMatchAssignments
                    assert(isRecount, "n_dk is not a recount of the assignments")
                }
            #endif
            return changed
        }
    }

    /// The totals as the sum of all counts, which they must equal.
    private var recountedTotals: [Int] {
        var sums = [Int](repeating: 0, count: totals.count)
        for block in blocks {
            block.own.addColumnSums(to: &sums)
            block.others.addColumnSums(to: &sums)
        }
        return sums
    }

    /// Gives each worker that may begin a step its blocks.
    private mutating func begin(in group: inout ThrowingTaskGroup<(Int, SweepWorker.Work), any Error>) {
        for (core, worker) in workers.enumerated() {
            guard let (step, totals) = progress.begin(core: core) else { continue }
            let loans = LockedValue(lend(rotation.blocks(core: core, step: step)))
            let (beta, vocabulary) = (beta, vocabulary)
            group.addTask { (core, await worker.sample(loans, beta: beta, vocabulary: vocabulary, totals: totals)) }
        }
    }

    /// Moves blocks into loans for a worker. There is no other reference to their counts, so that the worker can change
    /// them in place.
    private mutating func lend(_ blocks: [Int]) -> [SweepWorker.Loan] {
        blocks.map { block in
            var loan = SweepWorker.Loan(
                block: block, words: blockStarts[block]..<blockStarts[block + 1],
                counts: BlockCounts(own: SparseRows()))
            swap(&loan.counts, &self.blocks[block])
            isLent[block] = true
            if let read = read[block] { viewAge.add(read.secondsSince) }
            return loan
        }
    }

    /// Takes a worker's blocks back, and installs the rows that have arrived for them in the meantime.
    private mutating func take(_ work: SweepWorker.Work, of core: Int) {
        progress.end(core: core, seen: work.seen, totals: work.totals)
        for loan in work.loans {
            blocks[loan.block] = loan.counts
            isLent[loan.block] = false
            if let (others, read) = arrived.removeValue(forKey: loan.block) { install([others], read: read) }
        }
    }

    /// Installs the counts of other processes, as of the time when they were read.
    package mutating func install(_ others: [ShardLedger.OthersRows], read: ContinuousClock.Instant = .now) {
        var change = [Int](repeating: 0, count: totals.count)
        for other in others {
            guard !isLent[other.block] else {
                arrived[other.block] = (other, read)
                continue
            }
            self.read[other.block] = read
            vocabulary += other.places.count - blocks[other.block].vocabulary
            blocks[other.block].replaceOthers(other.rows, at: other.places, totals: &change)
        }
        progress.shift(by: change)
    }

    /// Returns whether a block is present, that is, not lent to a worker.
    package func has(_ block: Int) -> Bool { !isLent[block] }

    /// Returns this process's contribution to the given blocks, none of which may be lent to a worker.
    package func ownRows(_ blocks: [Int]) -> [ShardLedger.OwnRows] {
        blocks.map { ShardLedger.OwnRows(block: $0, rows: self.blocks[$0].own) }
    }

    /// Returns the log-likelihood per token: the words' part of the whole model as this process sees it, divided by all
    /// tokens, plus the documents' part of this process's documents, divided by their tokens. It is exact if there is
    /// only one process; nil if this process has no tokens.
    package func logLikelihoodPerToken() async -> Double? {
        let all = totals.reduce(0, +)
        guard tokens > 0 else { return nil }
        let likelihood = likelihood
        let documents = await inParallel(workers.count) { [workers] core in
            await workers[core].documentLogLikelihood(likelihood)
        }.reduce(0, +)
        let words = likelihood.ofWords(blocks, totals: totals, vocabulary: vocabulary)
        return words / Double(all) + documents / Double(tokens)
    }

    /// Returns n_dk of all documents, in the order of the slices.
    package func documentRows() async -> [SparseRows] {
        var rows: [SparseRows] = []
        for worker in workers { rows.append(await worker.documentRows()) }
        return rows
    }

    /// Returns the packed states of all slices, from which a chain can be continued. It must be called between two
    /// sweeps.
    package func packed() async -> [PackedSlice] {
        await inParallel(workers.count) { [workers] core in await workers[core].packed() }
    }

    /// Returns the states of all slices.
    package func snapshot() async -> [SliceState] {
        var states: [SliceState] = []
        for worker in workers { states.append(await worker.snapshot()) }
        return states
    }
}
