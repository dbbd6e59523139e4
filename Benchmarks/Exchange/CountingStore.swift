import Counts
import Synchronization

/// A store that passes every call on and counts what a ledger asks of it.
final class CountingStore: CountStore {
    struct Calls: Sendable {
        var reads = 0
        var writes = 0
        /// Blocks written, the ones refused because another shard had changed them meanwhile left out.
        var stored = 0
        var conflicts = 0
    }

    private let store: any CountStore
    private let counted = Mutex(Calls())

    init(_ store: any CountStore) { self.store = store }

    var calls: Calls { counted.withLock { $0 } }

    func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState] {
        counted.withLock { $0.reads += 1 }
        return try store.read(requests)
    }

    func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome] {
        let outcomes = try store.write(writes)
        counted.withLock { calls in
            calls.writes += 1
            for outcome in outcomes {
                if outcome == .stored { calls.stored += 1 }
                if outcome == .conflict { calls.conflicts += 1 }
            }
        }
        return outcomes
    }

    var run: String { store.run }
    func manifest() throws(CountStoreError) -> RunManifest? { try store.manifest() }
    func create(_ manifest: RunManifest, replacing: UInt64?) throws(CountStoreError) -> RunManifest {
        try store.create(manifest, replacing: replacing)
    }
    func removeRun() throws(CountStoreError) -> Bool { try store.removeRun() }
    func claim(shard: Int, proposed: Generation) throws(CountStoreError) -> Generation {
        try store.claim(shard: shard, proposed: proposed)
    }
    func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError) {
        try store.report(progress, generation: generation)
    }
    func statuses() throws(CountStoreError) -> [ShardStatus] { try store.statuses() }
    func tags(ofShard shard: Int, blocks: Range<Int>) throws(CountStoreError) -> [ContributionTag?] {
        try store.tags(ofShard: shard, blocks: blocks)
    }
    func records(of blocks: Range<Int>) throws(CountStoreError) -> [BlockRecord] { try store.records(of: blocks) }
    func repair(_ repairs: [BlockRepair]) throws(CountStoreError) -> [WriteOutcome] { try store.repair(repairs) }
    func publish(
        documents: [UInt8], chunk: Int, ofShard shard: Int, generation: Generation
    ) throws(CountStoreError) {
        try store.publish(documents: documents, chunk: chunk, ofShard: shard, generation: generation)
    }
    func documents(ofShard shard: Int) throws(CountStoreError) -> [Int: [UInt8]] {
        try store.documents(ofShard: shard)
    }
    func withdrawDocuments(ofShard shard: Int, generation: Generation) throws(CountStoreError) {
        try store.withdrawDocuments(ofShard: shard, generation: generation)
    }
    func publish(wordCounts: [UInt8], part: Int, ofShard shard: Int, key: UInt64) throws(CountStoreError) {
        try store.publish(wordCounts: wordCounts, part: part, ofShard: shard, key: key)
    }
    func wordCounts(part: Int, key: UInt64) throws(CountStoreError) -> [Int: [UInt8]] {
        try store.wordCounts(part: part, key: key)
    }
}
