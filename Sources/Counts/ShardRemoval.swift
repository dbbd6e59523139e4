/// Removes a shard from a run: exactly its contribution to every block, and its documents. Two things are kept: its
/// status `removed`, so that no shard waits for it, and a new generation, so that any operation of a zombie process of
/// the shard fails as superseded. The command that started the shard adds it again.
///
/// Removal is idempotent: if it was interrupted, it can be repeated.
package enum ShardRemoval {
    /// The number of blocks that are changed in one exchange.
    private static let window = 32

    /// - Parameters:
    ///   - proposed: the generation to fence the shard with; see `CountStore.claim`.
    ///   - force: whether to remove the shard even if it is alive.
    /// - Returns: the last progress that the shard reported; nil if it has never reported.
    package static func remove(
        shard: Int, from store: any CountStore, manifest: RunManifest, proposed: Generation, force: Bool
    ) throws -> ShardProgress? {
        let status = try store.statuses().first { $0.progress.shard == shard }
        if let status, status.isAlive(deadAfter: manifest.deadAfter), !force {
            throw LivingShardError(status, deadAfter: manifest.deadAfter)
        }
        try store.expect(manifest)
        let generation = try store.claim(shard: shard, proposed: proposed)
        let last = status?.progress
        try store.withdrawDocuments(ofShard: shard, generation: generation)
        try store.report(
            ShardProgress(
                shard: shard, state: .removed, sweep: last?.sweep ?? 0, iterations: last?.iterations ?? 0, documents: 0,
                tokens: 0, host: last?.host ?? "", process: last?.process ?? 0),
            generation: generation)

        var ledger = ShardLedger(
            shard: shard, generation: generation, columns: manifest.columns, blocks: manifest.blocks, words: { _ in [] }
        )
        for first in stride(from: 0, to: manifest.blocks, by: window) {
            try store.expect(manifest)
            var open = Array(first..<min(first + window, manifest.blocks))
            while !open.isEmpty {
                let nothing = open.map { ShardLedger.OwnRows(block: $0, rows: SparseRows()) }
                let done = Set(try ledger.exchange(nothing, sweep: 0, with: store).map(\.block))
                open.removeAll(where: done.contains)
            }
        }
        return last
    }
}

/// A shard was to be removed while a process owns it. (Exit code 75.)
package struct LivingShardError: Error, Equatable, CustomStringConvertible {
    package let status: ShardStatus
    /// The seconds without a report after which a shard of the run is considered dead.
    package let deadAfter: Double

    package init(_ status: ShardStatus, deadAfter: Double) {
        self.status = status
        self.deadAfter = deadAfter
    }

    package var description: String {
        let progress = status.progress
        return
            "shard \(progress.shard) is alive: process \(progress.process) reported \(Int(status.silence)) s ago; "
            + "stop it and try again when it has been silent for \(deadAfter) s, or use --force, "
            + "which ends it with exit code 76"
    }
}
