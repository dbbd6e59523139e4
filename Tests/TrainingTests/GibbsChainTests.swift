import Corpus
import Counts
import Sampling
import TestSupport
import Testing
import Training

@Suite("The chain of a process")
struct GibbsChainTests {
    static func settings(
        cores: Int = 1, shards: Int = 1, shard: Int = 0, topics: Int = 5, iterations: Int = 10, seed: UInt64 = 1,
        sampler: @escaping @Sendable (Priors) -> any TopicSampler = { WordMajorSampler(priors: $0) }
    ) -> TrainingSettings {
        TrainingSettings(
            priors: Priors(topics: topics, alpha: 0.1, beta: 0.01), seed: seed, iterations: iterations, shard: shard,
            shards: shards, cores: cores, blocks: 16, syncEvery: shards > 1 ? 1 : nil, showEvery: 5, sampler: sampler,
            host: "here", process: 1)
    }

    private func sweep(_ chain: inout GibbsChain) async {
        chain.beginSweep()
        for step in 0..<chain.rotation.steps { _ = await chain.sample(step: step) }
    }

    @Test("holds exactly what its assignments say, whatever the cores", arguments: [1, 2, 3, 8])
    func recount(cores: Int) async {
        let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores)
        var chain = await GibbsChain(corpus, settings: Self.settings(cores: cores))
        for _ in 0..<5 {
            await sweep(&chain)
            let states = await chain.snapshot()
            var totals = [Int](repeating: 0, count: 5)
            for (block, counts) in chain.blocks.enumerated() {
                let words = corpus.blockStarts[block]..<corpus.blockStarts[block + 1]
                #expect(counts.own == SliceState.recount(states, words: words, topics: 5))
                counts.own.addColumnSums(to: &totals)
            }
            #expect(chain.totals == totals)
            #expect(totals.reduce(0, +) == corpus.summary.tokens)
        }
    }

    @Test("is the same, bit for bit, for the same seed and cores", arguments: [1, 2, 4])
    func determinism(cores: Int) async {
        func run(seed: UInt64) async -> [SparseRows] {
            var chain = await GibbsChain(
                TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores),
                settings: Self.settings(cores: cores, seed: seed))
            for _ in 0..<10 { await sweep(&chain) }
            return chain.blocks.map(\.own)
        }
        let first = await run(seed: 3)
        #expect(await run(seed: 3) == first)
        #expect(await run(seed: 4) != first)
    }

    @Test(
        "starts every document the same, whatever the cores and shards",
        arguments: [(3, 1), (1, 2), (2, 3)])
    func start(cores: Int, shards: Int) async {
        func starts(cores: Int, shards: Int) async -> [Int: [Int: UInt32]] {
            var starts: [Int: [Int: UInt32]] = [:]
            for shard in 0..<shards {
                let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, shards: shards, cores: cores, shard: shard)
                let settings = Self.settings(cores: cores, shards: shards, shard: shard, topics: 100)
                let chain = await GibbsChain(corpus, settings: settings)
                for state in await chain.snapshot() {
                    for (document, line) in state.slice.documentLines.enumerated() {
                        let topics = state.documents.topics(of: document).map { ($0.topic, UInt32($0.count)) }
                        starts[line] = Dictionary(uniqueKeysWithValues: topics)
                    }
                }
            }
            return starts
        }
        let whole = await starts(cores: 1, shards: 1)
        #expect(whole.count == TinyCorpus.twoThemes.count)
        #expect(await starts(cores: cores, shards: shards) == whole)
    }

    /// A sampler that moves nothing and tells its beta, in billionths, as the tokens changed.
    private struct BetaProbe: TopicSampler {
        var beta: Double

        mutating func sample(
            words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
        ) -> Int {
            Int((beta * 1e9).rounded())
        }
    }

    @Test("samples with the beta scheduled for each sweep, and then with the prior's for good", arguments: [1, 3])
    func schedule(cores: Int) async {
        let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores)
        var chain = await GibbsChain(
            corpus, settings: Self.settings(cores: cores, iterations: 50, sampler: { BetaProbe(beta: $0.beta) }))
        let schedule = BetaSchedule(beta: 0.01, topics: 5, length: 10)
        for sweep in 0..<12 {
            let beta = schedule.beta(sweep: sweep, tokens: corpus.summary.tokens, vocabulary: corpus.vocabulary.count)
            #expect((beta == 0.01) == (sweep >= 10))
            chain.beginSweep()
            var told = 0
            for step in 0..<chain.rotation.steps { told += await chain.sample(step: step) }
            #expect(told == Int((beta * 1e9).rounded()) * 16 * cores)
        }
    }

    @Test("moves its totals with what others hold, and forgets what they held before")
    func others() async {
        var chain = await GibbsChain(TinyCorpus.shard(TinyCorpus.twoThemes), settings: Self.settings())
        let before = chain.totals
        let vocabulary = chain.vocabulary
        let words = chain.blocks[3].own.count
        func others(_ amount: UInt32) -> ShardLedger.OthersRows {
            ShardLedger.OthersRows(
                block: 3, ofOwnWords: SparseRows(dense: Array(repeating: [amount, 0, 0, 0, 1], count: words)),
                ofOtherWords: SparseRows(dense: [[0, amount, 0, 0, 0]]), words: words + 1)
        }
        chain.install([others(7)])
        chain.install([others(2)])
        #expect(chain.totals == zip(before, [2 * words, 2, 0, 0, words]).map { $0 + $1 })
        #expect(chain.vocabulary == vocabulary + 1)
        await sweep(&chain)
        #expect(chain.totals.reduce(0, +) == before.reduce(0, +) + 2 * words + 2 + words)
    }
}
