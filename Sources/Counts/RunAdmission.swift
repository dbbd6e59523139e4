/// Whether a shard that starts may take part in the run that bears its name in the store: a decision, no effect.
///
/// - No such run: create it.
/// - A run with other settings or another corpus: refused with both values, and left as it is.
/// - A run that has finished, or a shard that has: refused, so that nothing is mixed into a finished model. A shard that
///   was removed may come back all the same: it is missing there.
/// - A shard with a checkpoint of this very run goes on with it, finished or not: it brings what it had, and may have been
///   given more sweeps.
/// - A run with the same settings that is under way, or whose shards died: join it; the ledger makes that exact.
/// - `fresh` replaces a run that has finished, or of which no shard has been heard for `lease` seconds.
///   (One that is alive is joined: so all shards of a new run can be started with the same `--fresh`.)
package enum RunAdmission: Sendable, Equatable {
    case create(replacing: UInt64?)
    case join
    case refuse(CountStoreError)

    /// Silence, in seconds, after which a shard is taken for dead unless its user says otherwise.
    package static let defaultLease = 10.0

    /// - Parameter checkpoint: the id of the run that the shard has a checkpoint of.
    package static func decide(
        run: String, stored: RunManifest?, statuses: [ShardStatus], given: RunManifest, shard: Int,
        lease: Double, fresh: Bool, checkpoint: UInt64? = nil
    ) -> RunAdmission {
        guard let stored else { return .create(replacing: nil) }
        let finished = statuses.areFinished(shards: stored.shards)
        let alive = !finished && statuses.contains { $0.silence < lease && $0.progress.state == .sampling }
        if fresh && !alive { return .create(replacing: stored.id) }
        let own = statuses.first { $0.progress.shard == shard }
        let goesOn = checkpoint == stored.id
        if finished && !goesOn && own?.progress.state != .removed { return .refuse(.finished(run: run, shard: nil)) }
        let differences = stored.differences(from: given)
        guard differences.isEmpty else { return .refuse(.mismatch(run: run, differences: differences)) }
        if !goesOn && own?.progress.state == .finished { return .refuse(.finished(run: run, shard: shard)) }
        return .join
    }
}
