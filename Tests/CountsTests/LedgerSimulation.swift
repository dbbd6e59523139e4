import Counts
import TestSupport

/// Several shards at work on one `FlakyStore`, by a seed: they sample, exchange, crash, are restarted, and some go on as
/// zombies after another process has taken their shard. After each step the laws are checked; at the end the weather
/// calms down, and every shard still alive exchanges twice.
struct LedgerSimulation {
    /// A law that did not hold.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    static let topics = 3
    static let blocks = 2
    private static let steps = 120

    /// The words of a shard with the number of its tokens of each, by block: the same for every process of the shard.
    typealias Corpus = [[(word: [UInt8], tokens: Int)]]

    /// A process that works on a shard.
    final class Worker {
        let shard: Int
        var ledger: ShardLedger
        /// Tokens by block, word and topic.
        var counts: [[[UInt32]]]
        var sweep = 0
        var isSuperseded = false

        init(shard: Int, generation: Generation, corpus: Corpus, random: inout SeededGenerator) {
            self.shard = shard
            ledger = ShardLedger(shard: shard, generation: generation, columns: topics, blocks: corpus.count) {
                corpus[$0].map(\.word)
            }
            counts = corpus.map { words in
                words.map { word in
                    var row = [UInt32](repeating: 0, count: topics)
                    for _ in 0..<word.tokens { row[Int.random(in: 0..<topics, using: &random)] += 1 }
                    return row
                }
            }
        }

        /// Moves a few tokens to other topics.
        func sample(_ random: inout SeededGenerator) {
            sweep += 1
            for block in counts.indices {
                for word in counts[block].indices {
                    let (from, to) = (
                        Int.random(in: 0..<topics, using: &random), Int.random(in: 0..<topics, using: &random)
                    )
                    if counts[block][word][from] > 0 {
                        counts[block][word][from] -= 1
                        counts[block][word][to] += 1
                    }
                }
            }
        }

        var own: [ShardLedger.OwnRows] {
            counts.indices.map { ShardLedger.OwnRows(block: $0, rows: SparseRows(dense: counts[$0])) }
        }

        func exchange(with store: FlakyStore) throws {
            do throws(CountStoreError) { _ = try ledger.exchange(own, sweep: sweep, with: store) } catch {
                switch error {
                case .unavailable: break
                case .superseded: isSuperseded = true
                default: throw Violation(description: "the ledger gives up: \(error)")
                }
            }
        }
    }

    private var random: SeededGenerator
    let store: FlakyStore
    private let corpora: [Corpus]
    private(set) var live: [Worker] = []
    private var zombies: [Worker] = []
    private var clock: UInt64 = 1

    init(seed: UInt64, lie: FlakyStore.Lie? = nil) {
        var random = SeededGenerator(seed: seed)
        store = FlakyStore(run: "simulated", blocks: Self.blocks, seed: random.next(), lie: lie)
        var corpora: [Corpus] = []
        for _ in 0..<Int.random(in: 2...4, using: &random) {
            corpora.append(
                (0..<Self.blocks).map { block in
                    let words = (0..<4).shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
                    return words.map { (Array("\(block)/\($0)".utf8), Int.random(in: 1...4, using: &random)) }
                })
        }
        self.corpora = corpora
        self.random = random
        live = corpora.indices.map { start(shard: $0) }
    }

    private mutating func start(shard: Int) -> Worker {
        clock += 1
        return Worker(
            shard: shard, generation: store.claim(shard: shard, proposed: Generation(clock)), corpus: corpora[shard],
            random: &random)
    }

    // MARK: A run

    mutating func run() throws {
        for _ in 0..<Self.steps {
            try step()
            try checkLaws()
        }
        store.calmDown()
        try checkLaws()
        try heal()
    }

    private mutating func step() throws {
        let workers = (live + zombies).filter { !$0.isSuperseded }
        let worker = workers.randomElement(using: &random) ?? live[0]
        switch random.next(in: 0..<1) {
        case ..<0.35: worker.sample(&random)
        case ..<0.95: try worker.exchange(with: store)
        default:
            let shard = Int.random(in: live.indices, using: &random)
            if random.chance(0.5) { zombies.append(live[shard]) }
            live[shard] = start(shard: shard)
        }
    }

    /// Two exchanges of every shard make the store complete.
    mutating func heal(rounds: Int = 2) throws {
        for _ in 0..<rounds {
            for worker in live {
                try worker.exchange(with: store)
                if worker.isSuperseded { throw Violation(description: "the shard's latest process is superseded") }
            }
        }
        try checkLaws()
        for (block, record) in store.records(of: 0..<Self.blocks).enumerated() {
            for worker in live {
                var own: [[UInt8]: [UInt32]] = [:]
                for (word, row) in zip(corpora[worker.shard][block], worker.counts[block]) { own[word.word] = row }
                if try rows(of: worker.shard, in: record, block: block) != own {
                    throw Violation(description: "block \(block) has not the counts of shard \(worker.shard)")
                }
            }
            if record.contributions.count != live.count {
                throw Violation(description: "block \(block) has \(record.contributions.count) contributions")
            }
        }
    }

    // MARK: Laws

    /// In every block the total is the sum of contributions, and each contribution has as many tokens of each word as
    /// its shard.
    func checkLaws() throws {
        for (block, record) in store.records(of: 0..<Self.blocks).enumerated() {
            do { _ = try VerifiedBlock(record, block: block, columns: Self.topics) } catch {
                throw Violation(description: "\(error)")
            }
            for shard in record.contributions.keys {
                let tokens = corpora[shard][block].map { ($0.word, $0.tokens) }
                let sums = try rows(of: shard, in: record, block: block).mapValues { Int($0.reduce(0, +)) }
                if sums != Dictionary(uniqueKeysWithValues: tokens) {
                    throw Violation(description: "block \(block) miscounts the words of shard \(shard)")
                }
            }
        }
    }

    /// A shard's contribution as it stands in the store, by word.
    private func rows(of shard: Int, in record: BlockRecord, block: Int) throws -> [[UInt8]: [UInt32]] {
        guard let words = WordList(packed: record.words ?? []),
            let rows = record.contributions[shard].flatMap({ PackedRows.unpack($0, columns: Self.topics) })
        else { throw Violation(description: "block \(block) has a damaged contribution of shard \(shard)") }
        var result: [[UInt8]: [UInt32]] = [:]
        for (row, word) in words.words.enumerated() {
            let cells = rows.range(of: row)
            if cells.isEmpty { continue }
            var amounts = [UInt32](repeating: 0, count: Self.topics)
            for cell in cells { amounts[Int(rows.columns[cell])] = rows.amounts[cell] }
            result[word] = amounts
        }
        return result
    }
}
