package import Counts
import Synchronization

/// A store in memory that simulates an unreliable network and an unreliable machine, determined by a seed.
///
/// Before any call on blocks, the store may be rolled back to one of its last states or emptied, and a write of an
/// earlier call may arrive. Then the request of the call may be lost, or its reply after it was executed, or the write
/// may be held back to arrive later. All these cases throw `.unavailable`, so that the caller cannot distinguish them.
/// (A held write also represents other interleavings, because it acts like a write of another process between the read
/// and the write of a caller.)
///
/// `Lie` violates the contract of `CountStore` on purpose, to show that the simulation detects it.
package final class FlakyStore: CountStore {
    package enum Lie: Sendable, CaseIterable {
        /// Does not compare versions: the last writer wins.
        case ignoresVersions
        /// Does not compare the tag of the writing shard.
        case ignoresTags
        /// Replaces the whole total, including changes that were appended since it was read.
        case dropsWhatIsBehind
        /// Always reports that the contribution is the one that the reader wrote last.
        case confirmsTags
        /// Refuses to append a change that was not computed from the current total, as a plain compare-and-swap does.
        /// Counts remain exact, but a slow shard waits as long as others write.
        case refusesLateAppends
        /// Uses the versions 1, 2, 3, and compares only the length of a total, so that after a rollback another total
        /// can have the same version and length.
        case countsVersions
    }

    private struct State {
        var random: SeededGenerator
        /// Writes in flight, for which no caller waits any more.
        var held: [BlockWrite] = []
        /// All blocks after each of the last few writes.
        var history: [[BlockRecord]] = [[]]
        var isCalm = false
    }

    private let store: InMemoryCountStore
    private let blocks: Range<Int>
    private let lie: Lie?
    private let state: Mutex<State>
    private let interruption = Mutex<(@Sendable () -> Void)?>(nil)

    package init(run: String, blocks: Int, seed: UInt64, lie: Lie? = nil) {
        store = InMemoryCountStore(run: run)
        self.blocks = 0..<blocks
        self.lie = lie
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    package var run: String { store.run }

    /// From now on calls `body` before the records of blocks are read, because another shard may write at any time.
    package func interrupt(by body: @escaping @Sendable () -> Void) { interruption.withLock { $0 = body } }

    /// Advances the store's clock.
    package func advance(seconds: Double) { store.advance(seconds: seconds) }

    /// Ends the faults: all held writes are executed, and every call succeeds from now on.
    package func calmDown() {
        state.withLock { state in
            state.isCalm = true
            for write in state.held { _ = apply(write, &state) }
            state.held = []
        }
    }

    // MARK: Blocks

    package func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState] {
        try state.withLock { state throws(CountStoreError) in
            endure(&state)
            if !state.isCalm, state.random.chance(0.03) { throw Self.fault }
            let states = store.read(requests)
            return lie == .confirmsTags ? zip(requests, states).map(Self.confirm) : states
        }
    }

    package func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome] {
        try state.withLock { state throws(CountStoreError) in
            var outcomes: [WriteOutcome] = []
            for write in writes {
                endure(&state)
                switch state.isCalm ? 1 : state.random.next(in: 0..<1) {
                case ..<0.04: throw Self.fault
                case ..<0.16:
                    _ = apply(write, &state)
                    throw Self.fault
                case ..<0.28:
                    state.held.append(write)
                    throw Self.fault
                default: outcomes.append(apply(write, &state))
                }
            }
            return outcomes
        }
    }

    private static let fault = CountStoreError.unavailable(reason: "waiting for better weather")

    /// Applies the faults that can occur between two calls.
    private func endure(_ state: inout State) {
        while !state.isCalm, state.random.chance(0.25) {
            switch state.random.next(in: 0..<1) {
            case ..<0.55:
                if let index = state.held.indices.randomElement(using: &state.random) {
                    _ = apply(state.held.remove(at: index), &state)
                }
            case ..<0.95: restore(state.history.randomElement(using: &state.random) ?? [])
            default: restore([])
            }
        }
    }

    private func apply(_ write: BlockWrite, _ state: inout State) -> WriteOutcome {
        var write = write
        let record = store.records(of: write.block..<write.block + 1)[0]
        switch (lie, write.change) {
        case (.ignoresVersions, .replace): (write.basis.version, write.basis.total) = (record.version, nil)
        case (.ignoresTags, _): write.basis.tag = record.tags[write.shard]
        case (.dropsWhatIsBehind, .replace): write.basis.total = record.total.flatMap(BlockBasis.Total.init)
        case (.refusesLateAppends, .append):
            if record.version != write.basis.version || record.total.flatMap(BlockBasis.Total.init) != write.basis.total
            {
                return .conflict
            }
        case (.countsVersions, .replace(let total, _)):
            write.change = .replace(total, version: BlockVersion((write.basis.version?.value ?? 0) + 1))
            write.basis.total = write.basis.total.flatMap { read in
                (record.total?.count ?? 0) < read.length
                    ? read : BlockBasis.Total(Array(record.total?.prefix(read.length) ?? []))
            }
        default: break
        }
        let outcome = store.write([write])[0]
        if outcome == .stored { state.history = state.history.suffix(5) + [store.records(of: blocks)] }
        return outcome
    }

    private static func confirm(_ request: BlockRequest, _ state: BlockState) -> BlockState {
        guard let known = request.knownTag else { return state }
        var state = state
        (state.tag, state.contribution) = (known, nil)
        return state
    }

    // MARK: Changes by an operator or by accident

    /// Sets every block to its state in `records`; blocks past the end become empty.
    package func restore(_ records: [BlockRecord]) {
        _ = store.removeRun()
        for (block, record) in records.enumerated() {
            var basis = BlockBasis()
            for (index, shard) in record.contributions.keys.sorted().enumerated() {
                let isLast = index == record.contributions.count - 1
                guard let next = isLast ? record.version : .unique(), let total = record.total,
                    let contribution = record.contributions[shard], let tag = record.tags[shard]
                else { continue }
                let write = BlockWrite(
                    block: block, shard: shard, basis: basis, change: .replace(total, version: next),
                    contribution: contribution, tag: tag, words: record.words)
                _ = store.write([write])
                basis = BlockBasis(version: next, words: record.wordsIdentity, total: .init(total))
            }
        }
    }

    // MARK: Calls without faults

    package func manifest() -> RunManifest? { store.manifest() }
    package func create(_ manifest: RunManifest, replacing: UInt64?) -> RunManifest {
        store.create(manifest, replacing: replacing)
    }
    package func removeRun() -> Bool { store.removeRun() }
    package func claim(shard: Int, proposed: Generation) -> Generation { store.claim(shard: shard, proposed: proposed) }
    package func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError) {
        try store.report(progress, generation: generation)
    }
    package func statuses() -> [ShardStatus] { store.statuses() }
    package func pace(deadAfter: Double) -> RunPace { store.pace(deadAfter: deadAfter) }
    package func tags(ofShard shard: Int, blocks: Range<Int>) -> [ContributionTag?] {
        store.tags(ofShard: shard, blocks: blocks)
    }
    package func records(of blocks: Range<Int>) -> [BlockRecord] {
        interruption.withLock(\.self)?()
        return store.records(of: blocks)
    }
    package func publish(
        documents: [UInt8], chunk: Int, ofShard shard: Int, generation: Generation
    ) throws(CountStoreError) {
        try store.publish(documents: documents, chunk: chunk, ofShard: shard, generation: generation)
    }
    package func documents(ofShard shard: Int) -> [Int: [UInt8]] { store.documents(ofShard: shard) }
    package func repair(_ repairs: [BlockRepair]) -> [WriteOutcome] { store.repair(repairs) }
    package func withdrawDocuments(ofShard shard: Int, generation: Generation) throws(CountStoreError) {
        try store.withdrawDocuments(ofShard: shard, generation: generation)
    }

    package func publish(wordCounts: [UInt8], part: Int, ofShard shard: Int, key: UInt64) {
        store.publish(wordCounts: wordCounts, part: part, ofShard: shard, key: key)
    }

    package func wordCounts(part: Int, key: UInt64) -> [Int: [UInt8]] { store.wordCounts(part: part, key: key) }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed on every platform.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    package mutating func next(in range: Range<Double>) -> Double { .random(in: range, using: &self) }

    package mutating func chance(_ probability: Double) -> Bool { next(in: 0..<1) < probability }
}
