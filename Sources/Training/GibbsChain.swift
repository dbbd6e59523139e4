package import Corpus
package import Counts
package import Sampling

/// The Markov chain of one process: its slices, each with a worker; n_wk by blocks; n_k.
///
/// Law: `totals` is the sum of all counts in `blocks`, own, others' and elsewhere; `own` is a recount of the assignments.
/// The same corpus, settings and cores give the same chain, bit for bit, as long as no others' rows come in.
package struct GibbsChain: Sendable {
    package private(set) var blocks: [BlockCounts]
    package private(set) var totals: [Int]
    package private(set) var rotation: BlockRotation
    private let blockStarts: [Int]
    private let workers: [SweepWorker]
    private let likelihood: LogLikelihood
    private let schedule: BetaSchedule
    private var sweeps = 0
    /// That of this sweep.
    private var beta: Double
    /// Tokens of this process.
    package let tokens: Int

    /// Starts the chain, on as many threads as there are cores. O(tokens).
    package init(_ corpus: ShardCorpus, settings: TrainingSettings) async {
        let topics = settings.priors.topics
        let blockStarts = corpus.blockStarts
        let states = await Self.each(corpus.slices.count) { core in
            SliceState(
                corpus.slices[core], topics: topics, seed: settings.seed,
                stream: settings.shard * settings.cores + core, wordHash: corpus.vocabulary.hash)
        }
        blocks = await Self.each(settings.blocks) { block in
            let words = blockStarts[block]..<blockStarts[block + 1]
            return BlockCounts(own: SliceState.recount(states, words: words, topics: topics))
        }
        totals = [Int](repeating: 0, count: topics)
        for block in blocks { block.own.addColumnSums(to: &totals) }
        rotation = BlockRotation(
            blockTokens: blocks.map(\.own.sum), cores: settings.cores, seed: settings.seed,
            stream: UInt64(settings.shard))
        tokens = states.reduce(0) { $0 + $1.tokens }
        workers = states.map { SweepWorker(state: $0, sampler: settings.sampler(settings.priors)) }
        schedule = BetaSchedule(beta: settings.priors.beta, topics: topics, length: settings.anneal)
        beta = settings.priors.beta
        likelihood = LogLikelihood(settings.priors)
        self.blockStarts = blockStarts
    }

    /// What `make` makes of 0 ..< `count`, all at once.
    private static func each<Made: Sendable>(_ count: Int, _ make: @escaping @Sendable (Int) -> Made) async -> [Made] {
        await withTaskGroup(of: (Int, Made).self) { group in
            for index in 0..<count { group.addTask { (index, make(index)) } }
            var made = [Made?](repeating: nil, count: count)
            for await (index, one) in group { made[index] = one }
            return made.compactMap(\.self)
        }
    }

    /// V as far as this process knows.
    package var vocabulary: Int {
        blocks.reduce(0) { $0 + $1.vocabulary }
    }

    /// The next sweep begins.
    package mutating func beginSweep() {
        rotation.beginSweep()
        beta = schedule.beta(sweep: sweeps, tokens: totals.reduce(0, +), vocabulary: vocabulary)
        sweeps += 1
    }

    /// Samples one step: every worker its group of blocks, all at once. Totals are brought together when all have ended,
    /// so within a step a worker sees the others' effect on n_wk never (they have other words) and on n_k one step late.
    /// - Returns: how many tokens changed their topic.
    package mutating func sample(step: Int) async -> Int {
        let vocabulary = vocabulary
        let totals = totals
        let beta = beta
        let work = await withTaskGroup(of: (Int, SweepWorker.Work).self) { group in
            for (core, worker) in workers.enumerated() {
                let loans = Shared(lend(rotation.blocks(core: core, step: step)))
                group.addTask {
                    (core, await worker.sample(loans, beta: beta, vocabulary: vocabulary, totals: totals))
                }
            }
            var work: [(Int, SweepWorker.Work)] = []
            for await done in group { work.append(done) }
            return work
        }
        var changed = 0
        for (core, work) in work {
            for (block, counts) in zip(rotation.blocks(core: core, step: step), work.blocks) { blocks[block] = counts }
            for k in totals.indices { self.totals[k] += work.totals[k] - totals[k] }
            changed += work.changed
        }
        return changed
    }

    /// Blocks for a worker. They are nowhere else meanwhile, so that it can change them in place.
    private mutating func lend(_ blocks: [Int]) -> [SweepWorker.Loan] {
        blocks.map { block in
            var loan = SweepWorker.Loan(
                words: blockStarts[block]..<blockStarts[block + 1], counts: BlockCounts(own: SparseRows()))
            swap(&loan.counts, &self.blocks[block])
            return loan
        }
    }

    /// Takes in what other processes hold.
    package mutating func install(_ others: [ShardLedger.OthersRows]) {
        for other in others {
            blocks[other.block].replaceOthers(
                ofOwnWords: other.ofOwnWords, ofOtherWords: other.ofOtherWords, vocabulary: other.words,
                totals: &totals)
        }
    }

    /// This process's contribution to the blocks named.
    package func ownRows(_ blocks: [Int]) -> [ShardLedger.OwnRows] {
        blocks.map { ShardLedger.OwnRows(block: $0, rows: self.blocks[$0].own) }
    }

    /// Log-likelihood per token: the words' part of the whole model as seen here over all its tokens, and the documents'
    /// part of this process's documents over theirs. Exact where there is one process; nil without tokens.
    package func logLikelihoodPerToken() async -> Double? {
        let all = totals.reduce(0, +)
        guard tokens > 0 else { return nil }
        let likelihood = likelihood
        let documents = await withTaskGroup(of: (Int, Double).self) { group in
            for (core, worker) in workers.enumerated() {
                group.addTask { (core, await worker.documentLogLikelihood(likelihood)) }
            }
            var parts = [Double](repeating: 0, count: workers.count)
            for await (core, part) in group { parts[core] = part }
            return parts.reduce(0, +)
        }
        let words = likelihood.ofWords(blocks, totals: totals, vocabulary: vocabulary)
        return words / Double(all) + documents / Double(tokens)
    }

    /// n_dk of all documents, slice by slice.
    package func documentRows() async -> [SparseRows] {
        var rows: [SparseRows] = []
        for worker in workers { rows.append(await worker.documentRows()) }
        return rows
    }

    /// The states of all slices, for checks.
    package func snapshot() async -> [SliceState] {
        var states: [SliceState] = []
        for worker in workers { states.append(await worker.snapshot()) }
        return states
    }
}
