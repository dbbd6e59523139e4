package import Counts

/// How far a shard may be ahead of the others: a decision, no effect.
///
/// A shard that has done more than `staleness` sweeps more than the slowest that is alive and has sweeps left is held until
/// that one has caught up. So no shard does all its sweeps on a view without the others' documents, which is what
/// makes a model worse (docs/pace.md has what was measured). The answer is worked out from what the shard knew of the
/// others when it last looked; only when that no longer lets it go on must it look again, and at even speeds it never
/// waits for an answer.
package struct Pace: Sendable, Equatable {
    /// Sweeps by which shards may be apart unless their user says otherwise.
    package static let defaultStaleness = 4

    /// nil: no bound.
    private let staleness: Int?
    /// The fewest sweeps done by any other shard that may hold this one, when it last looked; nil: there is none.
    package private(set) var slowest: Int? = 0
    /// The sweeps done when this shard last reported, and looked.
    private var looked = 0

    package init(staleness: Int?) { self.staleness = staleness }

    /// Takes in what the store says of the shards of a run, after `sweeps` sweeps.
    ///
    /// - Parameters:
    ///   - isYoung: whether shards that have not reported may still be on their way.
    package mutating func look(
        _ statuses: [ShardStatus], after sweeps: Int, shard: Int, of shards: Int, lease: Double, isYoung: Bool
    ) {
        let others = statuses.filter { $0.progress.shard != shard }
        look(slowest: others.count < shards - 1 && isYoung ? 0 : others.slowest(lease: lease), after: sweeps)
    }

    /// The same, with the fewest sweeps done by any other shard that may hold this one; nil: there is none.
    package mutating func look(slowest: Int?, after sweeps: Int) {
        looked = max(looked, sweeps)
        self.slowest = slowest
    }

    /// Whether a shard that has done `sweeps` sweeps may not begin the next one yet, as far as it knows.
    package func holds(after sweeps: Int) -> Bool {
        guard let staleness, let slowest else { return false }
        return sweeps - staleness > slowest
    }

    /// Whether it is time to report and to look, so that neither this shard nor the others will have to wait for it:
    /// after half of the sweeps that they may be apart. Asked twice after the same sweep, it says so once.
    package mutating func asks(after sweeps: Int) -> Bool {
        guard let staleness, sweeps - looked >= max(1, staleness / 2) else { return false }
        looked = sweeps
        return true
    }
}
