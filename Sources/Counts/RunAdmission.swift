/// Decides whether a starting shard may take part in the run of that name in the store. It has no side effects.
///
/// - There is no such run: create it.
/// - The run has other settings or another corpus: refuse, reporting both values, and leave the run unchanged.
/// - The run or this shard has finished: refuse, so that nothing is mixed into a finished model. A shard that was
///   removed may still return, because its counts are missing in the model.
/// - The shard has a checkpoint of this run: continue it, whether it has finished or not. The shard restores its
///   counts, and may have been given more sweeps.
/// - The run has the same settings and is in progress, or its shards died: join it. The ledger keeps the counts exact.
/// - `fresh` replaces a run that has finished, or of which no shard has reported for `deadAfter` seconds.
///   (A run that is alive is joined instead, so that all shards of a new run can be started with the same `--fresh`.)
package enum RunAdmission: Sendable, Equatable {
    case create(replacing: UInt64?)
    case join
    case refuse(CountStoreError)

    /// The default number of seconds without a report after which a shard is considered dead.
    package static let defaultDeadAfter = 10.0

    /// - Parameter checkpoint: the id of the run of which the shard has a checkpoint.
    package static func decide(
        run: String, stored: RunManifest?, statuses: [ShardStatus], given: RunManifest, shard: Int,
        deadAfter: Double, fresh: Bool, checkpoint: UInt64? = nil
    ) -> RunAdmission {
        guard let stored else { return .create(replacing: nil) }
        let finished = statuses.areFinished(shards: stored.shards)
        // A shard that has finished stays until all have.
        let alive =
            !finished
            && statuses.contains {
                $0.silence < deadAfter && ($0.progress.state == .sampling || $0.progress.state == .finished)
            }
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
