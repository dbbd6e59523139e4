package import Counts

/// When the listener dumps: a decision from the shards' statuses, no effect.
///
/// - The first dump as soon as all shards have reported (and the model turns out to be complete).
/// - The next when the slowest shard has done `every` more sweeps than at the last.
/// - A shard that starts over takes the slowest back: from there it counts anew.
/// - A last one when every shard has finished, and then the end; with `forever` it waits for what comes next.
package struct DumpSchedule: Sendable, Equatable {
    package enum Decision: Sendable, Equatable {
        case wait, dump, dumpAndEnd
        /// The last dump is written already.
        case end
    }

    package let every: Int
    package let forever: Bool
    /// The slowest shard's sweep from which to count.
    private var mark: Int?
    /// Whether the last dump was of a finished run.
    private var isLastWritten = false

    package init(every: Int, forever: Bool) {
        self.every = every
        self.forever = forever
    }

    /// What to do now.
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

    /// Says that a dump was written after `decide` was given `statuses`.
    package mutating func dumped(_ statuses: [ShardStatus], shards: Int) {
        mark = Self.slowest(statuses, shards: shards)
        isLastWritten = statuses.areFinished(shards: shards)
    }

    /// Another run has taken the name.
    package mutating func restart() {
        self = DumpSchedule(every: every, forever: forever)
    }

    /// The fewest sweeps any shard has done that was not removed; nil unless all have reported.
    package static func slowest(_ statuses: [ShardStatus], shards: Int) -> Int? {
        let remaining = statuses.filter { $0.progress.state != .removed }
        return statuses.count == shards ? remaining.map(\.progress.sweep).min() : nil
    }
}
