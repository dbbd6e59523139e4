package import Counts
package import LDA

/// The whole model as held by the store: the tokens of every word by topic, verified.
///
/// A snapshot is only taken if these invariants hold:
/// - Every block, read atomically, is the sum of its contributions (`VerifiedBlock`).
/// - Every shard of the run has a contribution in every block, and these hold exactly the tokens of its slices; a shard
///   that was removed has no tokens.
///
/// Blocks are read one after another while shards continue, so a shard may be at a different sweep in each block. Its
/// tokens, and therefore those of every word, are complete nevertheless. `sweeps` has the oldest sweep of each shard.
///
/// Memory: that of `LabelledRows`, once; during reading, also the packed values of 16 blocks and the rows of one block.
/// Time: O(cells of the totals and of every contribution), and one round trip for each batch of blocks.
package struct ModelSnapshot: Sendable, Equatable {
    package let manifest: RunManifest
    /// The settings of the model, from the manifest.
    package let model: ModelSettings
    /// One row per word, in the order of the blocks.
    package let words: LabelledRows
    /// The number of tokens of each topic.
    package let topicTotals: [Int]
    /// The number of tokens of each shard.
    package let shardTokens: [Int]
    /// For each shard, the number of sweeps that it had finished when it took the counts that are stored, in the block
    /// where this number is smallest; 0 if the shard was removed.
    package let sweeps: [Int]

    /// The number of blocks that are read in one round trip.
    private static let batch = 16

    package var tokens: Int { shardTokens.reduce(0, +) }

    /// The part of a snapshot that is kept to detect whether the model has changed.
    package struct Mark: Sendable, Equatable {
        private let run: UInt64
        private let sweeps: [Int]
        private let topicTotals: [Int]

        fileprivate init(_ snapshot: ModelSnapshot) {
            (run, sweeps, topicTotals) = (snapshot.manifest.id, snapshot.sweeps, snapshot.topicTotals)
        }
    }

    package var mark: Mark { Mark(self) }

    /// Reads the model of the run that `manifest` describes.
    package static func take(
        from store: any CountStore, manifest: RunManifest
    ) throws(SnapshotError) -> ModelSnapshot {
        let model: ModelSettings
        do throws(CountStoreError) { model = try ModelSettings(manifest, ofRun: store.run) } catch {
            throw .store(error)
        }
        let registered = try registrations(in: store, manifest)
        var words = LabelledRows()
        var tokens = [Int](repeating: 0, count: manifest.shards)
        var sweeps = [Int](repeating: .max, count: manifest.shards)
        try forEachBlock(of: store, manifest) { block, verified throws(SnapshotError) in
            for shard in 0..<manifest.shards {
                if let amount = verified.amounts[shard], let sweep = verified.sweeps[shard] {
                    tokens[shard] += amount
                    sweeps[shard] = min(sweeps[shard], sweep)
                } else if registered[shard].state == .removed {
                    sweeps[shard] = 0
                } else {
                    throw .incomplete(.contribution(shard: shard, block: block))
                }
            }
            words.append(verified.words, verified.total)
            // Words are distributed over blocks by hash, so the size of the first batch predicts that of all. One
            // eighth is added as a reserve.
            if block + 1 == batch, batch < manifest.blocks {
                words.reserve(times: 1.125 * Double(manifest.blocks) / Double(batch))
            }
        }
        for shard in 0..<manifest.shards where tokens[shard] != registered[shard].tokens {
            throw .incomplete(.tokens(shard: shard, stored: tokens[shard], registered: registered[shard].tokens))
        }
        return ModelSnapshot(
            manifest: manifest, model: model, words: words, topicTotals: words.topicTotals(topics: manifest.columns),
            shardTokens: tokens, sweeps: sweeps)
    }

    /// Reads and verifies one block after another. At the end, throws `.incomplete(.replaced)` if another run has
    /// replaced this one, and `.incomplete(.gone)` if the store has no run.
    package static func forEachBlock(
        of store: any CountStore, _ manifest: RunManifest,
        _ body: (_ block: Int, _ verified: VerifiedBlock) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        for first in stride(from: 0, to: manifest.blocks, by: batch) {
            let blocks = first..<min(first + batch, manifest.blocks)
            for (record, block) in zip(try records(of: blocks, in: store), blocks) {
                try body(block, try verify(record, block, manifest))
            }
        }
        guard try current(in: store) == manifest.id else { throw .incomplete(.replaced) }
    }

    /// Reads and verifies one block.
    package static func block(
        _ block: Int, of store: any CountStore, _ manifest: RunManifest
    ) throws(SnapshotError) -> VerifiedBlock {
        try verify(try records(of: block..<block + 1, in: store)[0], block, manifest)
    }

    /// Returns the progress that each shard has reported.
    private static func registrations(
        in store: any CountStore, _ manifest: RunManifest
    ) throws(SnapshotError) -> [ShardProgress] {
        let statuses: [ShardStatus]
        do { statuses = try store.statuses() } catch { throw .store(error) }
        var registered = [ShardProgress?](repeating: nil, count: manifest.shards)
        for status in statuses where registered.indices.contains(status.progress.shard) {
            registered[status.progress.shard] = status.progress
        }
        if let shard = registered.firstIndex(of: nil) { throw .incomplete(.silent(shard: shard)) }
        return registered.compactMap(\.self)
    }

    private static func records(
        of blocks: Range<Int>, in store: any CountStore
    ) throws(SnapshotError) -> [BlockRecord] {
        do { return try store.records(of: blocks) } catch { throw .store(error) }
    }

    private static func verify(
        _ record: BlockRecord, _ block: Int, _ manifest: RunManifest
    ) throws(SnapshotError) -> VerifiedBlock {
        do { return try VerifiedBlock(record, block: block, columns: manifest.columns) } catch { throw .faulty(error) }
    }

    private static func current(in store: any CountStore) throws(SnapshotError) -> UInt64 {
        let manifest: RunManifest?
        do { manifest = try store.manifest() } catch { throw .store(error) }
        guard let manifest else { throw .incomplete(.gone) }
        return manifest.id
    }
}
