/// Takes a shard out of a run: its contribution to every block, exactly, and its documents. What is left is its status,
/// `removed`, so that no one waits for it, and its generation, a new one, so that a process of it that wakes up finds
/// itself superseded, whatever it does first. The same command that started the shard brings it back.
///
/// Doing it twice is doing it once: one that was interrupted is done again.
package enum ShardRemoval {
    /// Blocks to be changed at once.
    private static let window = 32

    /// - Parameters:
    ///   - proposed: the generation to fence the shard with; see `CountStore.claim`.
    ///   - force: whether to remove it though it is alive.
    /// - Returns: what the shard had said last, nil if it never had.
    package static func remove(
        shard: Int, from store: any CountStore, manifest: RunManifest, proposed: Generation, force: Bool
    ) throws -> ShardProgress? {
        let status = try store.statuses().first { $0.progress.shard == shard }
        if let status, status.isAlive(lease: manifest.lease), !force {
            throw LivingShardError(status, lease: manifest.lease)
        }
        try store.expect(manifest)
        let generation = try store.claim(shard: shard, proposed: proposed)
        let last = status?.progress
        try store.report(
            ShardProgress(
                shard: shard, state: .removed, sweep: last?.sweep ?? 0, iterations: last?.iterations ?? 0, documents: 0,
                tokens: 0, host: last?.host ?? "", process: last?.process ?? 0),
            generation: generation)
        try store.withdrawDocuments(ofShard: shard, generation: generation)

        var ledger = ShardLedger(
            shard: shard, generation: generation, columns: manifest.topics, blocks: manifest.blocks, words: { _ in [] })
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

/// A shard was to be removed while a process has it. (75)
package struct LivingShardError: Error, Equatable, CustomStringConvertible {
    package let status: ShardStatus
    /// The lease of the run, in seconds.
    package let lease: Double

    package init(_ status: ShardStatus, lease: Double) {
        self.status = status
        self.lease = lease
    }

    package var description: String {
        let progress = status.progress
        return
            "shard \(progress.shard) is alive, heard \(Int(status.silence)) s ago from process \(progress.process): "
            + "stop it and try again when it has been silent for \(Int(lease.rounded(.up))) s, or give --force, "
            + "which ends it with exit code 76"
    }
}
