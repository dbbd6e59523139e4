import Counts
import Synchronization
import TestSupport

/// A simulation of several shards on one `FlakyStore`, determined by a seed. The shards sample, exchange some of their
/// blocks, report, and save their assignments on a disk. They crash and are restarted, either from the beginning or
/// from the contents of the disk. Some are only suspended until another process has taken over their shard, and then
/// continue as zombie processes. In half of the schedules the staleness is bounded. After each step the invariants are
/// checked. At the end the faults stop, every living shard exchanges twice, and shards that wait for others must be
/// able to continue.
struct LedgerSimulation {
    /// An invariant that did not hold.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    /// The numbers of events, which show that the simulation has really exercised the ledger.
    struct Events: CustomStringConvertible {
        var violations: [String] = []
        var sweeps = 0, exchanges = 0, failures = 0, crashes = 0, restored = 0, zombies = 0, superseded = 0, waits = 0

        mutating func add(_ other: Events) {
            violations += other.violations
            sweeps += other.sweeps
            exchanges += other.exchanges
            failures += other.failures
            crashes += other.crashes
            restored += other.restored
            zombies += other.zombies
            superseded += other.superseded
            waits += other.waits
        }

        var description: String {
            "\(sweeps) sweeps, \(exchanges) exchanges of which \(failures) failed, \(crashes) crashes, \(restored) "
                + "checkpoints restored, \(zombies) zombies of which \(superseded) were told, \(waits) waits for others"
        }
    }

    static let topics = 3
    static let blocks = 2
    private static let steps = 120
    /// The number of exchanges that each of the other shards does between a slow shard's read and its write.
    private static let headStart = 4

    /// The words of a shard with their numbers of tokens, by block. They are the same for every process of the shard.
    typealias Corpus = [[(word: [UInt8], tokens: Int)]]

    /// The contents of a checkpoint.
    struct Assignments {
        /// The tokens, by block, word and topic.
        var counts: [[[UInt32]]]
        var sweep = 0

        init(of corpus: Corpus, _ random: inout SeededGenerator) {
            counts = corpus.map { words in
                words.map { word in
                    var row = [UInt32](repeating: 0, count: topics)
                    for _ in 0..<word.tokens { row[Int.random(in: 0..<topics, using: &random)] += 1 }
                    return row
                }
            }
        }

        /// Moves a few tokens to other topics.
        mutating func sample(_ random: inout SeededGenerator) {
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
    }

    /// A process of a shard.
    final class Worker {
        let shard: Int
        let generation: Generation
        var ledger: ShardLedger
        var assignments: Assignments
        var isSuperseded = false
        private(set) var hasReported = false

        init(shard: Int, generation: Generation, corpus: Corpus, assignments: Assignments) {
            (self.shard, self.generation, self.assignments) = (shard, generation, assignments)
            ledger = ShardLedger(shard: shard, generation: generation, columns: topics, blocks: corpus.count) {
                corpus[$0].map(\.word)
            }
        }

        /// Whether the store executed the call.
        func exchange(_ blocks: [Int], with store: any CountStore) throws -> Bool {
            let own = blocks.map {
                ShardLedger.OwnRows(block: $0, rows: SparseRows(dense: assignments.counts[$0]))
            }
            return try enduring { () throws(CountStoreError) in
                _ = try ledger.exchange(own, sweep: assignments.sweep, with: store)
            }
        }

        func report(to store: FlakyStore) throws {
            let progress = ShardProgress(
                shard: shard, sweep: assignments.sweep, iterations: .max, documents: 0, tokens: 0, host: "h",
                process: 1)
            hasReported =
                try enduring { () throws(CountStoreError) in try store.report(progress, generation: generation) }
                || hasReported
        }

        private func enduring(_ body: () throws(CountStoreError) -> Void) throws -> Bool {
            do throws(CountStoreError) { try body() } catch {
                switch error {
                case .unavailable: break
                case .superseded: isSuperseded = true
                default: throw Violation(description: "the ledger gives up: \(error)")
                }
                return false
            }
            return true
        }
    }

    private var random: SeededGenerator
    let store: FlakyStore
    private let corpora: [Corpus]
    private(set) var live: [Worker] = []
    private var zombies: [Worker] = []
    /// The last two checkpoints of each shard, the later one first, by shard.
    private var disks: [[Assignments]]
    /// The time at which the next process starts.
    private var clock: UInt64 = 1
    /// The number of sweeps that one shard may be ahead of another; nil means any number.
    private let staleness: Int?
    private let waits: Bool
    /// The last state in which the invariants held, by block.
    private var checked = Array(repeating: BlockRecord(), count: blocks)
    var events = Events()

    /// - Parameter waits: whether the shards obey the staleness bound. (The simulation must detect it if they do not.)
    init(seed: UInt64, lie: FlakyStore.Lie? = nil, waits: Bool = true) {
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
        self.waits = waits
        staleness = random.chance(0.5) ? Int.random(in: 0...2, using: &random) : nil
        disks = Array(repeating: [], count: corpora.count)
        self.random = random
        live = corpora.indices.map { start(shard: $0, with: nil) }
    }

    private mutating func start(shard: Int, with checkpoint: Assignments?) -> Worker {
        clock += 1
        let proposed = Generation(millisecondsSince1970: clock, random: random.next())
        return Worker(
            shard: shard, generation: store.claim(shard: shard, proposed: proposed), corpus: corpora[shard],
            assignments: checkpoint ?? Assignments(of: corpora[shard], &random))
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
        try race()
        try getOn()
    }

    private mutating func step() throws {
        let worker = (live + zombies).filter { !$0.isSuperseded }.randomElement(using: &random) ?? live[0]
        switch random.next(in: 0..<1) {
        case ..<0.3: try sample(worker)
        case ..<0.8:
            let blocks = random.chance(0.7) ? Array(0..<Self.blocks) : [Int.random(in: 0..<Self.blocks, using: &random)]
            events.exchanges += 1
            if try !worker.exchange(blocks, with: store) { events.failures += 1 }
        case ..<0.87: try worker.report(to: store)
        case ..<0.91: store.advance(seconds: random.next(in: 0..<RunAdmission.defaultDeadAfter))
        case ..<0.95: disks[worker.shard] = [worker.assignments] + disks[worker.shard].prefix(1)
        default: replace(Int.random(in: live.indices, using: &random))
        }
        if worker.isSuperseded, let place = zombies.firstIndex(where: { $0 === worker }) {
            zombies.remove(at: place)
            events.superseded += 1
        }
    }

    /// Starts another process for a shard whose process is dead or suspended. Its disk may have been lost, or may lack
    /// the last checkpoint.
    private mutating func replace(_ shard: Int) {
        if random.chance(0.5) {
            zombies.append(live[shard])
            events.zombies += 1
        } else {
            events.crashes += 1
        }
        let checkpoint = random.chance(0.6) ? disks[shard].randomElement(using: &random) : nil
        if checkpoint != nil { events.restored += 1 }
        live[shard] = start(shard: shard, with: checkpoint)
    }

    /// Does a sweep, or waits for shards that are too far behind.
    private mutating func sample(_ worker: Worker) throws {
        let (sweep, deadAfter) = (worker.assignments.sweep, RunAdmission.defaultDeadAfter)
        if let staleness {
            let statuses = store.statuses()
            let slowest = store.pace(deadAfter: deadAfter).slowest(besides: worker.shard)
            if waits, let slowest, slowest < sweep - staleness {
                events.waits += 1
                return
            }
            // A suspended process may be ahead of the one that has replaced it, because its writes are refused.
            for status in statuses where status.silence < deadAfter && status.progress.shard != worker.shard {
                let other = live[status.progress.shard]
                // Until it has reported, the store has the progress of the previous process.
                guard status.generation == other.generation, other.hasReported else { continue }
                if other.assignments.sweep < sweep - staleness {
                    throw Violation(description: "a shard is more than \(staleness) sweeps ahead of another")
                }
            }
        }
        worker.assignments.sample(&random)
        events.sweeps += 1
    }

    /// Checks that the store is complete after two exchanges of every shard.
    mutating func heal(rounds: Int = 2) throws {
        for _ in 0..<rounds {
            for worker in live {
                _ = try worker.exchange(Array(0..<Self.blocks), with: store)
                if worker.isSuperseded { throw Violation(description: "the shard's latest process is superseded") }
            }
        }
        try checkLaws()
        for (block, record) in store.records(of: 0..<Self.blocks).enumerated() {
            for worker in live {
                var own: [[UInt8]: [UInt32]] = [:]
                for (word, row) in zip(corpora[worker.shard][block], worker.assignments.counts[block]) {
                    own[word.word] = row
                }
                if try rows(of: worker.shard, in: record, block: block) != own {
                    throw Violation(description: "block \(block) has not the counts of shard \(worker.shard)")
                }
            }
            if record.contributions.count != live.count {
                throw Violation(description: "block \(block) has \(record.contributions.count) contributions")
            }
        }
    }

    /// Checks that no shard starves because others are arbitrarily faster: whatever they write between its read and its
    /// write, a refused write of the shard is followed by one that is stored.
    private mutating func race() throws {
        for slow in live.indices.shuffled(using: &random).prefix(1) {
            let others = live.indices.filter { $0 != slow }
            let rows = others.map { other in
                live[other].assignments.counts.enumerated().map { block, counts in
                    ShardLedger.OwnRows(block: block, rows: SparseRows(dense: counts))
                }
            }
            let ledgers = Mutex(others.map { live[$0].ledger })
            defer { for (other, ledger) in zip(others, ledgers.withLock(\.self)) { live[other].ledger = ledger } }
            let sweeps = others.map { live[$0].assignments.sweep }
            let store = InterruptedStore(store) { [store] _ throws(CountStoreError) in
                try ledgers.withLock { ledgers throws(CountStoreError) in
                    for _ in 0..<Self.headStart {
                        for index in ledgers.indices {
                            _ = try ledgers[index].exchange(rows[index], sweep: sweeps[index], with: store)
                        }
                    }
                }
            }
            for _ in 0..<3 {
                let refused = live[slow].ledger.writes.refused
                guard try live[slow].exchange(Array(0..<Self.blocks), with: store) else {
                    throw Violation(description: "the store is not there")
                }
                if live[slow].ledger.writes.refused - refused > Self.blocks {
                    throw Violation(description: "a shard is passed over more than once in a block")
                }
                try checkLaws()
            }
        }
    }

    /// Checks that no shard waits forever: neither for a shard that is behind, nor for one that has died and whose
    /// time after which they count as dead is over.
    private mutating func getOn() throws {
        guard let staleness else { return }
        for worker in live { try worker.report(to: store) }
        let target = (live.map(\.assignments.sweep).max() ?? 0) + staleness + 3
        try reach(target, live)
        store.advance(seconds: RunAdmission.defaultDeadAfter + 1)
        try reach(target + staleness + 3, Array(live.dropFirst()))
    }

    private mutating func reach(_ sweep: Int, _ workers: [Worker]) throws {
        for _ in 0..<workers.count * (sweep + 1) {
            for worker in workers where worker.assignments.sweep < sweep {
                try sample(worker)
                try worker.report(to: store)
            }
        }
        if workers.contains(where: { $0.assignments.sweep < sweep }) {
            throw Violation(description: "a shard waits for ever")
        }
    }

    // MARK: Invariants

    /// Checks that in every block the total is the sum of the contributions, and that each contribution has as many
    /// tokens of each word as its shard.
    mutating func checkLaws() throws {
        for (block, record) in store.records(of: 0..<Self.blocks).enumerated() where record != checked[block] {
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
            checked[block] = record
        }
    }

    /// Returns a shard's contribution in the store, by word.
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
