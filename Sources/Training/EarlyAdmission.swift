package import Counts
package import LDA

/// Checks whether a shard may take part in its run before it reads its documents, which can take long.
///
/// `Membership.join` decides, after the documents have been read. What this check finds, it would find too.
package enum EarlyAdmission {
    /// Throws the error with which the shard would be refused, whatever its documents are. Does nothing if the store
    /// does not answer.
    ///
    /// - Parameters:
    ///   - settings: those of the shard, where `blocks` is nil if it follows from the documents.
    ///   - hasCheckpoints: whether the shard may have a checkpoint, with which it continues a finished run.
    package static func check(
        _ store: any CountStore, priors: Priors, seed: UInt64, cores: Int, shard: Int, shards: Int, blocks: Int?,
        deadAfter: Double, fresh: Bool, hasCheckpoints: Bool
    ) throws(CountStoreError) {
        let (stored, statuses): (RunManifest, [ShardStatus])
        do throws(CountStoreError) {
            guard let manifest = try store.manifest() else { return }
            (stored, statuses) = (manifest, try store.statuses())
        } catch {
            if case .unavailable = error { return }
            throw error
        }
        guard var model = try? ModelSettings(stored) else { return }
        (model.priors, model.seed, model.cores) = (priors, seed, cores)
        let given = RunManifest(
            id: stored.id, model, blocks: blocks ?? stored.blocks, shards: shards, deadAfter: deadAfter)
        let decision = RunAdmission.decide(
            run: store.run, stored: stored, statuses: statuses, given: given, shard: shard, deadAfter: deadAfter,
            fresh: fresh, checkpoint: hasCheckpoints ? stored.id : nil)
        if case .refuse(let error) = decision { throw error }
    }
}
