package import Counts

/// Decides how far a shard may be ahead of the others. It has no side effects.
///
/// A shard is held while it is more than `staleness` sweeps ahead of the slowest shard that is alive and has sweeps
/// left. This prevents a shard from doing all its sweeps without the counts of the others' documents, which makes a
/// model worse (docs/pace.md has the measurements). The decision uses the progress of the others that was read last.
/// The shard has to read it again only when it no longer allows the shard to continue; shards of equal speed never
/// wait for it.
///
/// Measured with bounds of 0, 1, 2, 4, 8, 16 and none (two runs each, which differ by about 1 %): the perplexity of
/// four shards on two cores is 0.4, 0.2, -0.2, 0.5, 0.5, 0.8 and 0.1 % above that of one process. If one of them has
/// a tenth of the speed, it is -0.4, -0.5, -0.2, -1.1, -1.4, -1.2 and -0.3 % above. So the bound itself matters
/// little as long as held shards do extra sweeps and finished shards go on sampling; without both, shards that do not
/// wait cost 5 to 9 %. 0 takes a quarter more processor time, because every sweep waits for the store, and no bound
/// lets a shard end minutes before the slowest.
package struct Pace: Sendable, Equatable {
    /// The default number of sweeps by which shards may be apart.
    package static let defaultStaleness = 4

    /// nil means no bound.
    private let staleness: Int?
    /// The fewest sweeps done by any other shard that may hold this one, as read last; nil if there is no such shard.
    package private(set) var slowest: Int? = 0
    /// The sweeps done when this shard last reported and read the progress of the others.
    private var looked = 0

    package init(staleness: Int?) { self.staleness = staleness }

    /// Updates the decision with the pace of the run, read after this shard has done `sweeps` sweeps and has reported.
    ///
    /// - Parameters:
    ///   - isYoung: whether shards that have not reported may still be starting.
    package mutating func look(_ run: RunPace, after sweeps: Int, shard: Int, of shards: Int, isYoung: Bool) {
        look(slowest: run.reported < shards && isYoung ? 0 : run.slowest(besides: shard), after: sweeps)
    }

    /// Updates the decision with the fewest sweeps done by any other shard that may hold this one; nil if there is no
    /// such shard.
    package mutating func look(slowest: Int?, after sweeps: Int) {
        looked = max(looked, sweeps)
        self.slowest = slowest
    }

    /// Whether a shard that has done `sweeps` sweeps may not begin the next one yet, by the progress read last.
    package func holds(after sweeps: Int) -> Bool {
        guard let staleness, let slowest else { return false }
        return sweeps - staleness > slowest
    }

    /// Whether to report and to read the progress of the others now, so that neither this shard nor the others have to
    /// wait later: after half of the sweeps that they may be apart. Returns true only once after the same sweep.
    package mutating func asks(after sweeps: Int) -> Bool {
        guard let staleness, sweeps - looked >= max(1, staleness / 2) else { return false }
        looked = sweeps
        return true
    }
}
