/// Limits messages to one per minute and topic; the first one is due at once.
package struct Throttle: Sendable {
    private var next: [String: ContinuousClock.Instant] = [:]

    package init() {}

    /// Returns whether a message about `topic` is due now. If so, the next one is due after a minute.
    package mutating func isDue(_ topic: String, at now: ContinuousClock.Instant = .now) -> Bool {
        if let next = next[topic], now < next { return false }
        next[topic] = now + .seconds(60)
        return true
    }

    /// Makes the next message about every topic due at once. Called when the wait is over.
    package mutating func reset() { next = [:] }
}
