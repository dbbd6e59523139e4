/// How far the shards of a run are: the part of their statuses that decides whether a shard may go on.
///
/// A store keeps it up to date with every report, so a shard that asks for it does not read the statuses of all shards.
/// It costs O(log shards) of the store's time, whereas the statuses cost O(shards), which every shard would read.
package struct RunPace: Sendable, Equatable {
    /// A shard that has sweeps left.
    package struct Runner: Sendable, Equatable {
        package let shard: Int
        /// The number of sweeps that it had done when it last reported.
        package let sweep: Int

        package init(shard: Int, sweep: Int) {
            (self.shard, self.sweep) = (shard, sweep)
        }
    }

    /// The number of shards that have reported.
    package var reported: Int
    /// The number of these that have neither finished nor been removed.
    package var unfinished: Int
    /// At most two shards that are sampling, have sweeps left and are not silent: those that have done the fewest
    /// sweeps, in ascending order.
    package var slowest: [Runner]

    package init(reported: Int, unfinished: Int, slowest: [Runner]) {
        (self.reported, self.unfinished, self.slowest) = (reported, unfinished, slowest)
    }

    /// The pace of shards with these statuses, by definition.
    /// - Parameter deadAfter: the seconds after which a shard that has not reported is silent.
    package init(_ statuses: [ShardStatus], deadAfter: Double) {
        let runners = statuses.filter { $0.isAlive(deadAfter: deadAfter) && $0.progress.hasSweepsLeft }
            .map { Runner(shard: $0.progress.shard, sweep: $0.progress.sweep) }
        self.init(
            reported: statuses.count,
            unfinished: statuses.count { $0.progress.state != .finished && $0.progress.state != .removed },
            slowest: Array(runners.sorted { ($0.sweep, $0.shard) < ($1.sweep, $1.shard) }.prefix(2)))
    }

    /// Returns the fewest sweeps done by a shard other than `shard`; nil if no other shard has sweeps left.
    package func slowest(besides shard: Int) -> Int? { slowest.first { $0.shard != shard }?.sweep }

    /// Returns whether every shard of a run of `shards` shards has finished or was removed.
    package func isFinished(shards: Int) -> Bool { reported == shards && unfinished == 0 }
}
