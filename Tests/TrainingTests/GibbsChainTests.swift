import Corpus
import Counts
import Foundation
import LDA
import Sampling
import Synchronization
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

    @Test("holds exactly the counts of its assignments, for any number of cores", arguments: [1, 2, 3, 8])
    func recount(cores: Int) async throws {
        let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores)
        var chain = await GibbsChain(corpus, settings: Self.settings(cores: cores))
        for _ in 0..<5 {
            _ = try await chain.sweep()
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

    @Test("is the same, bit for bit, for the same seed and number of cores", arguments: [1, 2, 4])
    func determinism(cores: Int) async throws {
        func run(seed: UInt64) async throws -> [SparseRows] {
            var chain = await GibbsChain(
                TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores),
                settings: Self.settings(cores: cores, seed: seed))
            for _ in 0..<10 { _ = try await chain.sweep() }
            return chain.blocks.map(\.own)
        }
        let first = try await run(seed: 3)
        #expect(try await run(seed: 3) == first)
        #expect(try await run(seed: 4) != first)
    }

    @Test(
        "starts every document the same, for any number of cores and shards",
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

    /// A sampler that changes nothing, and returns its beta in billionths as the number of changed tokens.
    private struct BetaProbe: TopicSampler {
        var beta: Double

        mutating func sample(
            words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
        ) -> Int {
            Int((beta * 1e9).rounded())
        }
    }

    @Test("samples with the scheduled beta of each sweep, and then with the prior's beta", arguments: [1, 3])
    func schedule(cores: Int) async throws {
        let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores)
        var chain = await GibbsChain(
            corpus, settings: Self.settings(cores: cores, iterations: 50, sampler: { BetaProbe(beta: $0.beta) }))
        let schedule = BetaSchedule(beta: 0.01, topics: 5, length: 10)
        for sweep in 0..<12 {
            let beta = schedule.beta(sweep: sweep, tokens: corpus.summary.tokens, vocabulary: corpus.vocabulary.count)
            #expect((beta == 0.01) == (sweep >= 10))
            #expect(try await chain.sweep() == Int((beta * 1e9).rounded()) * 16 * cores)
        }
    }

    /// A sampler like `WordMajorSampler` that sometimes waits, as determined by `pause`.
    private struct Paused: TopicSampler {
        var sampler: WordMajorSampler
        let pause: @Sendable () -> Void

        var beta: Double {
            get { sampler.beta }
            set { sampler.beta = newValue }
        }

        mutating func sample(
            words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
        ) -> Int {
            pause()
            return sampler.sample(
                words: words, block: &block, vocabulary: vocabulary, totals: &totals, state: &state)
        }
    }

    @Test("is the same regardless of which worker is early", arguments: [2, 3])
    func pauses(cores: Int) async throws {
        func run(pause: @escaping @Sendable (_ core: Int) -> Void) async throws -> [SparseRows] {
            let made = Mutex(0)
            var chain = await GibbsChain(
                TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores),
                settings: Self.settings(cores: cores) { priors in
                    let core = made.withLock { made in
                        defer { made += 1 }
                        return made
                    }
                    return Paused(sampler: WordMajorSampler(priors: priors)) { pause(core) }
                })
            for _ in 0..<3 { _ = try await chain.sweep() }
            return chain.blocks.map(\.own)
        }
        let even = try await run { _ in }
        for slow in 0..<cores {
            #expect(try await run { if $0 == slow { usleep(300) } } == even)
        }
    }

    @Test("lets an early worker begin its next step while another is in the previous one", .timeLimit(.minutes(1)))
    func ahead() async throws {
        let made = Mutex(0)
        let begun = Mutex(0)
        var chain = await GibbsChain(
            TinyCorpus.shard(TinyCorpus.twoThemes, cores: 2),
            settings: Self.settings(cores: 2) { priors in
                let core = made.withLock { made in
                    defer { made += 1 }
                    return made
                }
                return Paused(sampler: WordMajorSampler(priors: priors)) {
                    // The first worker remains in its first block until the second worker has begun its second block.
                    if core == 1 { begun.withLock { $0 += 1 } }
                    while core == 0, begun.withLock({ $0 }) < 2 { usleep(100) }
                }
            })
        _ = try await chain.sweep()
        #expect(begun.withLock { $0 } == 16)
    }

    @Test("installs the others' rows of a lent block as soon as the worker has returned it")
    func arrivals() async throws {
        let corpus = TinyCorpus.shard(TinyCorpus.twoThemes)
        var chain = await GibbsChain(corpus, settings: Self.settings())
        var lent: Set<Int> = []
        _ = try await chain.sweep { chain, _ in
            for block in 0..<16 {
                if !chain.has(block) { lent.insert(block) }
                let words = corpus.blockStarts[block + 1] - corpus.blockStarts[block]
                chain.install([
                    ShardLedger.OthersRows(
                        block: block, rows: SparseRows(dense: Array(repeating: [0, 1, 0, 0, 0], count: words)),
                        places: RowPlaces(inOrder: words))
                ])
            }
            return true
        }
        #expect(lent.count == 15)  // one for each step except the first, in which none has ended
        #expect((0..<16).allSatisfy { chain.has($0) })
        #expect(chain.totals.reduce(0, +) == corpus.summary.tokens + corpus.vocabulary.count)
        #expect(chain.vocabulary == corpus.vocabulary.count)
    }

    @Test("ends a sweep early if requested, with every block complete", arguments: [1, 3])
    func stop(cores: Int) async throws {
        let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores)
        var chain = await GibbsChain(corpus, settings: Self.settings(cores: cores))
        var told: [Int] = []
        _ = try await chain.sweep { _, step in
            told.append(step)
            return step < 4
        }
        #expect(told == [0, 1, 2, 3, 4])
        let states = await chain.snapshot()
        for (block, counts) in chain.blocks.enumerated() {
            let words = corpus.blockStarts[block]..<corpus.blockStarts[block + 1]
            #expect(counts.own == SliceState.recount(states, words: words, topics: 5))
        }
        #expect(chain.totals.reduce(0, +) == corpus.summary.tokens)
    }

    @Test("updates its totals with the counts of others, replacing their previous counts")
    func others() async throws {
        var chain = await GibbsChain(TinyCorpus.shard(TinyCorpus.twoThemes), settings: Self.settings())
        let before = chain.totals
        let vocabulary = chain.vocabulary
        let block = try #require(chain.blocks.indices.max { chain.blocks[$0].own.count < chain.blocks[$1].own.count })
        let words = chain.blocks[block].own.count
        #expect(words > 0)
        func others(_ amount: UInt32) -> ShardLedger.OthersRows {
            ShardLedger.OthersRows(
                block: block,
                rows: SparseRows(
                    dense: [[0, amount, 0, 0, 0]] + Array(repeating: [amount, 0, 0, 0, 1], count: words)),
                places: RowPlaces(Array(1..<words + 1), count: words + 1))
        }
        chain.install([others(7)])
        chain.install([others(2)])
        #expect(chain.totals == zip(before, [2 * words, 2, 0, 0, words]).map { $0 + $1 })
        #expect(chain.vocabulary == vocabulary + 1)
        _ = try await chain.sweep()
        #expect(chain.totals.reduce(0, +) == before.reduce(0, +) + 2 * words + 2 + words)
    }
}
