package import Counts

/// The store of a slow shard: other shards can act between each of its reads and the following write.
package final class InterruptedStore: CountStore {
    private let store: any CountStore
    package typealias Interruption = @Sendable (_ writes: [BlockWrite]) throws(CountStoreError) -> Void

    private let interruption: Interruption

    /// - Parameter interruption: called before each write. An error that it throws replaces the write.
    package init(_ store: any CountStore, by interruption: @escaping Interruption) {
        self.store = store
        self.interruption = interruption
    }

    package func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome] {
        try interruption(writes)
        return try store.write(writes)
    }

    package var run: String { store.run }
    package func manifest() throws(CountStoreError) -> RunManifest? { try store.manifest() }
    package func create(_ manifest: RunManifest, replacing: UInt64?) throws(CountStoreError) -> RunManifest {
        try store.create(manifest, replacing: replacing)
    }
    package func removeRun() throws(CountStoreError) -> Bool { try store.removeRun() }
    package func claim(shard: Int, proposed: Generation) throws(CountStoreError) -> Generation {
        try store.claim(shard: shard, proposed: proposed)
    }
    package func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError) {
        try store.report(progress, generation: generation)
    }
    package func statuses() throws(CountStoreError) -> [ShardStatus] { try store.statuses() }
    package func pace(deadAfter: Double) throws(CountStoreError) -> RunPace { try store.pace(deadAfter: deadAfter) }
    package func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState] { try store.read(requests) }
    package func tags(ofShard shard: Int, blocks: Range<Int>) throws(CountStoreError) -> [ContributionTag?] {
        try store.tags(ofShard: shard, blocks: blocks)
    }
    package func records(of blocks: Range<Int>) throws(CountStoreError) -> [BlockRecord] {
        try store.records(of: blocks)
    }
    package func repair(_ repairs: [BlockRepair]) throws(CountStoreError) -> [WriteOutcome] {
        try store.repair(repairs)
    }
    package func publish(
        documents: [UInt8], chunk: Int, ofShard shard: Int, generation: Generation
    ) throws(CountStoreError) {
        try store.publish(documents: documents, chunk: chunk, ofShard: shard, generation: generation)
    }
    package func documents(ofShard shard: Int) throws(CountStoreError) -> [Int: [UInt8]] {
        try store.documents(ofShard: shard)
    }
    package func withdrawDocuments(ofShard shard: Int, generation: Generation) throws(CountStoreError) {
        try store.withdrawDocuments(ofShard: shard, generation: generation)
    }
    package func publish(wordCounts: [UInt8], part: Int, ofShard shard: Int, key: UInt64) throws(CountStoreError) {
        try store.publish(wordCounts: wordCounts, part: part, ofShard: shard, key: key)
    }
    package func wordCounts(part: Int, key: UInt64) throws(CountStoreError) -> [Int: [UInt8]] {
        try store.wordCounts(part: part, key: key)
    }
}
