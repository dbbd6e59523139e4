package import Corpus
package import Counts
package import Sampling

/// The Markov chain of one process: its slices, each with a worker; n_wk by blocks; n_k.
///
/// Law: `totals` is the sum of all counts in `blocks`, own and others'; `own` is a recount of the assignments.
/// The same corpus, settings and cores give the same chain, bit for bit, as long as no others' rows come in.
package struct GibbsChain: Sendable {
    /// One that a worker has is empty here.
    package private(set) var blocks: [BlockCounts]
    private var isLent: [Bool]
    /// What came in for blocks that a worker has, and when it was read.
    private var arrived: [Int: (ShardLedger.OthersRows, read: ContinuousClock.Instant)] = [:]
    /// When what is held of the others was read, by block; nil: never.
    private var read: [ContinuousClock.Instant?]
    /// The ages of what this sweep is sampled with.
    package private(set) var viewAge = ViewAge()
    /// V as far as this process knows.
    package private(set) var vocabulary: Int
    private var progress: SweepTotals
    package private(set) var rotation: BlockRotation
    private let blockStarts: [Int]
    private let workers: [SweepWorker]
    private let likelihood: LogLikelihood
    private let schedule: BetaSchedule
    /// Sweeps begun.
    private var sweeps: Int
    /// That of this sweep.
    private var beta: Double
    /// Tokens of this process.
    package let tokens: Int

    /// Starts the chain, on as many threads as there are cores. O(tokens).
    /// - Parameter assignments: by slice, the topics to start from; nil: those of `ChainStart`.
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

    /// Goes on after `sweeps` sweeps, with what `packed` packed then. O(tokens).
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
        progress = SweepTotals(totals, cores: settings.cores, steps: 0)
        rotation = BlockRotation(
            blockTokens: blocks.map(\.own.sum), cores: settings.cores, seed: settings.seed,
            stream: UInt64(settings.shard), sweep: sweeps)
        self.sweeps = sweeps
        tokens = states.reduce(0) { $0 + $1.tokens }
        workers = states.map { SweepWorker(state: $0, sampler: settings.sampler(settings.priors)) }
        schedule = BetaSchedule(beta: settings.priors.beta, topics: topics, length: settings.anneal)
        beta = settings.priors.beta
        likelihood = LogLikelihood(settings.priors)
        self.blockStarts = blockStarts
    }

    /// n_k, of the steps ended.
    package var totals: [Int] { progress.totals }

    /// Samples every token once. The workers go through the steps of the rotation, each as early as `SweepTotals`
    /// lets it; within a sweep a worker sees the others' effect on n_wk at once (a group of blocks comes to it whole)
    /// and on n_k up to two steps late.
    ///
    /// - Parameters:
    ///   - isExtra: whether it is done while others are waited for: it does not bring the chain nearer to the end of
    ///     its annealing.
    ///   - afterStep: called when all workers have ended a step, while they are at the next; what it throws ends
    ///   the chain. If it answers false the sweep ends early, as soon as the steps begun have ended.
    /// - Returns: how many tokens changed their topic.
    package mutating func sweep(
        isExtra: Bool = false,
        afterStep: (inout GibbsChain, _ step: Int) async throws -> Bool = { _, _ in true }
    ) async throws -> Int {
        rotation.beginSweep()
        beta = schedule.beta(sweep: sweeps, tokens: totals.reduce(0, +), vocabulary: vocabulary)
        if !isExtra { sweeps += 1 }
        viewAge = ViewAge()
        progress = SweepTotals(progress.totals, cores: workers.count, steps: rotation.steps)
        return try await withThrowingTaskGroup(of: (Int, SweepWorker.Work).self) { group in
            var (changed, told, goesOn) = (0, 0, true)
            begin(in: &group)
            while let (core, work) = try await group.next() {
                changed += work.changed
                take(work, of: core)
                if goesOn { begin(in: &group) }
                while goesOn, told < progress.ended {
                    goesOn = try await afterStep(&self, told)
                    told += 1
                }
            }
            return changed
        }
    }

    /// Gives every worker that may begin a step its blocks.
    private mutating func begin(in group: inout ThrowingTaskGroup<(Int, SweepWorker.Work), any Error>) {
        for (core, worker) in workers.enumerated() {
            guard let (step, totals) = progress.begin(core: core) else { continue }
            let loans = Shared(lend(rotation.blocks(core: core, step: step)))
            let (beta, vocabulary) = (beta, vocabulary)
            group.addTask { (core, await worker.sample(loans, beta: beta, vocabulary: vocabulary, totals: totals)) }
        }
    }

    /// Blocks for a worker. They are nowhere else meanwhile, so that it can change them in place.
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

    /// Takes a worker's blocks back, and what came in for them meanwhile.
    private mutating func take(_ work: SweepWorker.Work, of core: Int) {
        progress.end(core: core, seen: work.seen, totals: work.totals)
        for loan in work.loans {
            blocks[loan.block] = loan.counts
            isLent[loan.block] = false
            if let (others, read) = arrived.removeValue(forKey: loan.block) { install([others], read: read) }
        }
    }

    /// Takes in what other processes hold, or held when it was read.
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

    /// Whether a block is here, and not with a worker.
    package func has(_ block: Int) -> Bool { !isLent[block] }

    /// This process's contribution to the blocks named, all of which are here.
    package func ownRows(_ blocks: [Int]) -> [ShardLedger.OwnRows] {
        blocks.map { ShardLedger.OwnRows(block: $0, rows: self.blocks[$0].own) }
    }

    /// Log-likelihood per token: the words' part of the whole model as seen here over all its tokens, and the
    /// documents' part of this process's documents over theirs. Exact where there is one process; nil without tokens.
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

    /// n_dk of all documents, slice by slice.
    package func documentRows() async -> [SparseRows] {
        var rows: [SparseRows] = []
        for worker in workers { rows.append(await worker.documentRows()) }
        return rows
    }

    /// The states of all slices, packed between two sweeps: what a chain that goes on from here needs of them.
    package func packed() async -> [PackedSlice] {
        await inParallel(workers.count) { [workers] core in await workers[core].packed() }
    }

    /// The states of all slices.
    package func snapshot() async -> [SliceState] {
        var states: [SliceState] = []
        for worker in workers { states.append(await worker.snapshot()) }
        return states
    }
}
