/// How long to wait for a store that does not answer: 50 ms at first, then twice as long each time up to 5 s, each
/// shortened by chance to between a half and all of it, so that many clients do not come back at the same moment.
package struct Backoff: Sendable {
    private var seconds = 0.05
    private static let most = 5.0

    package init() {}

    /// Seconds to wait now.
    package mutating func next() -> Double {
        defer { seconds = min(2 * seconds, Self.most) }
        return seconds * .random(in: 0.5...1)
    }
}
