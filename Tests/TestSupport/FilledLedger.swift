package import Counts
import Hashing

/// A run whose shards are simulated by the test. Their counts are given explicitly, and are stored by real ledgers.
package struct FilledLedger: Sendable {
    package let store: any CountStore
    package var manifest: RunManifest

    /// Words or documents, with their tokens by topic, in the order of their rows.
    package typealias Rows = [(name: String, counts: [UInt32])]

    /// Creates the run in `store`.
    package init(
        in store: any CountStore, document: String = "m.txt", topics: Int = 2, alpha: Double = 0.1, beta: Double = 0.1,
        blocks: Int = 3, shards: Int = 1
    ) throws(CountStoreError) {
        self.store = store
        manifest = try store.create(
            RunManifest(
                document: document, topics: topics, alpha: alpha, beta: beta, seed: 1, blocks: blocks, shards: shards,
                cores: 1, corpusDigest: 0, documents: 2),
            replacing: nil)
    }

    /// Replaces all of a shard's counts in `blocks` (nil means all blocks), and reports its progress.
    package func put(
        _ rows: [([UInt8], [UInt32])], shard: Int = 0, sweep: Int = 1, of iterations: Int = 10,
        blocks: Range<Int>? = nil, registering tokens: Int? = nil, state: ShardProgress.State = .sampling,
        documents: Int = 0, publishes: Bool = false
    ) throws(CountStoreError) {
        let own = (0..<manifest.blocks).map { block in rows.filter { self.block(of: $0.0) == block } }
        let generation = try store.claim(shard: shard, proposed: Generation(1))
        var ledger = ShardLedger(
            shard: shard, generation: generation, columns: manifest.columns, blocks: manifest.blocks,
            words: { block in own[block].map { $0.0 } })
        let exchanged = (blocks ?? 0..<manifest.blocks).map { block in
            ShardLedger.OwnRows(block: block, rows: SparseRows(dense: own[block].map { $0.1 }))
        }
        _ = try ledger.exchange(exchanged, sweep: sweep, with: store)
        let counted = rows.reduce(0) { $0 + $1.1.reduce(0) { $0 + Int($1) } }
        try store.report(
            ShardProgress(
                shard: shard, state: state, sweep: sweep, iterations: iterations, documents: documents,
                tokens: tokens ?? counted, publishesDocuments: publishes, host: "test", process: 1),
            generation: generation)
    }

    package func put(
        _ rows: Rows, shard: Int = 0, sweep: Int = 1, of iterations: Int = 10, state: ShardProgress.State = .sampling,
        documents: Int = 0, publishes: Bool = false
    ) throws(CountStoreError) {
        try put(
            rows.map { (Array($0.name.utf8), $0.counts) }, shard: shard, sweep: sweep, of: iterations, state: state,
            documents: documents, publishes: publishes)
    }

    /// Publishes documents of a shard as chunk `chunk`.
    package func publish(_ documents: Rows, shard: Int = 0, chunk: Int = 0) throws(CountStoreError) {
        let packed = DocumentChunk(
            names: WordList(documents.map { Array($0.name.utf8) }), rows: SparseRows(dense: documents.map(\.counts))
        ).packed(columns: manifest.columns)
        try store.publish(documents: packed, chunk: chunk, ofShard: shard, generation: Generation(1 << 53))
    }

    package func block(of word: [UInt8]) -> Int {
        WordBlock.number(of: word, of: manifest.blocks)
    }
}
