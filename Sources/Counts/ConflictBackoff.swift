/// How long a shard stays away from blocks that others keep changing under its hands: by chance, up to a limit that doubles with
/// every round that meets conflicts and falls again with every one that does not (the backoff of Metcalfe and Boggs, 1976).
///
/// Without it a server with more to do than it can would do nothing but refuse: all shards have the same blocks in flight, and
/// each write that is done makes those of all others late. (Seen with a thousand shards on a machine that could carry a
/// few: 4 in 100 writes were done.) The limit is made of what the round took, which is long where many wait.
package struct ConflictBackoff: Sendable, Equatable {
    /// Seconds.
    private static let longest = 10.0

    /// The limit is 2^level times what a round takes.
    private var level = 0

    package init() {}

    /// A round has ended. Returns the seconds to wait before those blocks are tried again that met conflicts: none if there
    /// are none.
    ///
    /// - Parameters:
    ///   - seconds: what the round took.
    ///   - jitter: by chance, 0 or more and less than 1.
    package mutating func roundEnded(conflicts: Int, seconds: Double, jitter: Double) -> Double {
        guard conflicts > 0 else {
            level = max(0, level - 1)
            return 0
        }
        level = min(level + 1, 30)
        return min(seconds * Double(1 << level), Self.longest) * jitter
    }
}
