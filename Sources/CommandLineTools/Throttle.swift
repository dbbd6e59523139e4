/// Lets through one message a minute about each thing that is awaited; the first at once.
package struct Throttle: Sendable {
    private var next: [String: ContinuousClock.Instant] = [:]

    package init() {}

    /// Whether to speak about `topic` now. If so, the next minute is silent about it.
    package mutating func isDue(_ topic: String, at now: ContinuousClock.Instant = .now) -> Bool {
        if let next = next[topic], now < next { return false }
        next[topic] = now + .seconds(60)
        return true
    }

    /// What was awaited has come: whatever is awaited next is said at once.
    package mutating func reset() { next = [:] }
}
