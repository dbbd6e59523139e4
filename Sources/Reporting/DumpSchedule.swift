package import Counts

/// Decides when the listener writes a dump, from the shards' statuses. It has no side effects.
///
/// - The first dump is due as soon as all shards have reported (and the model is complete).
/// - The next dump is due when the slowest shard has done `every` more sweeps than at the previous dump.
/// - If a shard starts over, the slowest sweep decreases, and the sweeps are counted from there.
/// - The last dump is due when every shard has finished; then the listener ends. With `forever` it waits instead.
package struct DumpSchedule: Sendable, Equatable {
    package enum Decision: Sendable, Equatable {
        case wait, dump, dumpAndEnd
        /// The last dump has already been written.
        case end
    }

    package let every: Int
    package let forever: Bool
    /// The sweep of the slowest shard from which the next `every` sweeps are counted.
    private var mark: Int?
    /// Whether the previous dump was of a finished run.
    private var isLastWritten = false

    package init(every: Int, forever: Bool) {
        self.every = every
        self.forever = forever
    }

    /// Decides what to do now.
    package mutating func decide(_ statuses: [ShardStatus], shards: Int) -> Decision {
        guard let slowest = Self.slowest(statuses, shards: shards) else { return .wait }
        if statuses.areFinished(shards: shards) {
            if isLastWritten { return forever ? .wait : .end }
            return forever ? .dump : .dumpAndEnd
        }
        isLastWritten = false
        guard let mark else { return .dump }
        if slowest < mark { self.mark = slowest }
        return slowest >= mark && slowest - mark >= every ? .dump : .wait
    }

    /// Records that a dump was written after `decide` was called with `statuses`.
    package mutating func dumped(_ statuses: [ShardStatus], shards: Int) {
        mark = Self.slowest(statuses, shards: shards)
        isLastWritten = statuses.areFinished(shards: shards)
    }

    /// Starts over, because another run has taken the name.
    package mutating func restart() {
        self = DumpSchedule(every: every, forever: forever)
    }

    /// Returns the smallest number of sweeps of the shards that were not removed; nil unless all shards have reported.
    package static func slowest(_ statuses: [ShardStatus], shards: Int) -> Int? {
        let remaining = statuses.filter { $0.progress.state != .removed }
        return statuses.count == shards ? remaining.map(\.progress.sweep).min() : nil
    }
}
