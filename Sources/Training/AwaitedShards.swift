import Counts

/// Decides what to log about the other shards, and when. It has no side effects.
struct AwaitedShards: Sendable {
    /// The seconds of waiting before the first line, and between two lines.
    private static let patience = 5.0
    private static let interval = 60.0

    private var silent: Set<Int> = []
    /// The shards that had not started when the others stopped waiting for them.
    private var absent: Set<Int> = []
    /// The shards that the last line named, and the seconds of waiting at that time.
    private var last: (shards: Set<Int>, seconds: Double)?

    /// Returns a line for each other shard that has become silent, or has reported again, since the last call.
    /// - Parameter shards: the number of shards of the run; nil while shards that have not reported are waited for.
    mutating func changes(
        _ statuses: [ShardStatus], shard: Int, of shards: Int? = nil, deadAfter: Double
    ) -> [String] {
        var lines: [String] = []
        let present = Set(statuses.map(\.progress.shard))
        for other in 0..<(shards ?? 0) where other != shard && !present.contains(other) {
            guard absent.insert(other).inserted else { continue }
            lines.append(
                "shard \(other) has not started within \(deadAfter) s: no shard waits for it until it has started")
        }
        for status in statuses where absent.remove(status.progress.shard) != nil {
            lines.append("shard \(status.progress.shard) on \(status.progress.host) has started")
        }
        for status in statuses where status.progress.shard != shard {
            let progress = status.progress
            if status.isSilent(deadAfter: deadAfter) {
                guard silent.insert(progress.shard).inserted else { continue }
                lines.append(
                    "shard \(progress.shard) on \(progress.host) (process \(progress.process)) has been silent for "
                        + "\(Int(status.silence)) s, longer than the run's --dead-after of \(deadAfter) s: no shard "
                        + "waits for it any more; start it again with the same command, or remove it with "
                        + "dist-lda store remove-shard"
                )
            } else if silent.remove(progress.shard) != nil, progress.state == .sampling {
                lines.append("shard \(progress.shard) on \(progress.host) reports again, at sweep \(progress.sweep)")
            }
        }
        return lines
    }

    /// Returns a line that names the shards for which this one has waited for `seconds`; nil if no line is due.
    mutating func line(
        _ statuses: [ShardStatus], shard: Int, of shards: Int, _ seconds: Double
    ) -> String? {
        let own = statuses.first { $0.progress.shard == shard }?.progress
        let waiting = (0..<shards).filter { other in
            guard other != shard, let status = statuses.first(where: { $0.progress.shard == other }) else {
                return other != shard
            }
            let progress = status.progress
            // A shard that has done its own sweeps waits for all others, whose number of sweeps can be larger.
            let isBehind = own.map { $0.sweep >= $0.iterations || progress.sweep < $0.sweep } ?? true
            return progress.state != .finished && progress.state != .removed && progress.sweep < progress.iterations
                && isBehind
        }
        guard seconds >= Self.patience else {
            last = nil  // Another wait has begun.
            return nil
        }
        guard !waiting.isEmpty else { return nil }
        if let last, last.shards == Set(waiting), seconds >= last.seconds, seconds - last.seconds < Self.interval {
            return nil
        }
        last = (Set(waiting), seconds)
        let places = waiting.map { other -> String in
            guard let progress = statuses.first(where: { $0.progress.shard == other })?.progress else {
                return "shard \(other), which has not started"
            }
            let place = "shard \(other) on \(progress.host), which"
            return progress.state == .stopped
                ? "\(place) was stopped at sweep \(progress.sweep): start it again with the same command"
                : "\(place) is at sweep \(progress.sweep) of \(progress.iterations)"
        }
        return "waiting for \(places.joined(separator: "; "))"
    }
}
