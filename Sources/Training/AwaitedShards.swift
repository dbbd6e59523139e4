import Counts

/// What the log says of the other shards, and when: a decision, no effect.
struct AwaitedShards: Sendable {
    /// Seconds of waiting after which the first line is due, and between two lines.
    private static let patience = 5.0
    private static let interval = 60.0

    private var silent: Set<Int> = []
    /// The shards that the last line named, and how long the waiting had taken then.
    private var last: (shards: Set<Int>, seconds: Double)?

    /// A line for each other shard that has fallen silent since the last call, or is heard again.
    mutating func changes(_ statuses: [ShardStatus], shard: Int, lease: Double) -> [String] {
        var lines: [String] = []
        for status in statuses where status.progress.shard != shard {
            let progress = status.progress
            if status.isSilent(lease: lease) {
                guard silent.insert(progress.shard).inserted else { continue }
                lines.append(
                    "shard \(progress.shard) on \(progress.host) (process \(progress.process)) has been silent for "
                        + "\(Int(status.silence)) s, longer than the run's --lease of \(lease) s: no shard waits for it "
                        + "any more; start it again with the same command, or take it out with dist-lda store remove-shard"
                )
            } else if silent.remove(progress.shard) != nil {
                lines.append("shard \(progress.shard) on \(progress.host) is heard again, at sweep \(progress.sweep)")
            }
        }
        return lines
    }

    /// What a shard that has waited for `seconds` says, if it is time: for whom it waits.
    mutating func line(
        _ statuses: [ShardStatus], shard: Int, of shards: Int, _ seconds: Double
    ) -> String? {
        let waiting = (0..<shards).filter { other in
            guard other != shard, let status = statuses.first(where: { $0.progress.shard == other }) else {
                return other != shard
            }
            let progress = status.progress
            return progress.state != .finished && progress.state != .removed && progress.sweep < progress.iterations
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
            return "shard \(other) on \(progress.host), which is at sweep \(progress.sweep) of \(progress.iterations)"
        }
        return "waiting for \(places.joined(separator: "; "))"
    }
}
