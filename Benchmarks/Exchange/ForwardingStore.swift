import Counts

/// A store that passes every call on to another one. Its subclasses change reads and writes of blocks.
class ForwardingStore: CountStore, @unchecked Sendable {
    let store: any CountStore

    init(_ store: any CountStore) { self.store = store }

    func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState] { try store.read(requests) }
    func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome] { try store.write(writes) }

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
    func pace(deadAfter: Double) throws(CountStoreError) -> RunPace { try store.pace(deadAfter: deadAfter) }
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
