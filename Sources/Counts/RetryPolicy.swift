/// How long to wait before the next try at a store that does not answer (`CountStoreError.unavailable`): a decision, no
/// effect.
///
/// From 50 ms, doubled each time, to 5 s; each wait between half of that and all of it, so that the shards of a run do not
/// come back in step. One line in the log a minute.
package struct RetryPolicy: Sendable {
    /// Seconds of outage after which to give up; nil: never.
    private let maxOutage: Double?
    private var attempts = 0
    private var began: Double?
    private var lastLine: Double?

    package init(maxOutage: Double?) {
        self.maxOutage = maxOutage
    }

    package struct Decision: Sendable, Equatable {
        /// Seconds to wait; nil: give up.
        package var wait: Double?
        /// Whether to write a line in the log.
        package var speaks: Bool
        /// Seconds since the outage began.
        package var outage: Double
    }

    /// - Parameters:
    ///   - now: seconds of any steady clock.
    ///   - jitter: uniform in [0, 1).
    package mutating func failed(now: Double, jitter: Double) -> Decision {
        let began = began ?? now
        self.began = began
        let outage = now - began
        if let maxOutage, outage >= maxOutage { return Decision(wait: nil, speaks: true, outage: outage) }
        let speaks = lastLine.map { now - $0 >= 60 } ?? true
        if speaks { lastLine = now }
        let wait = min(5, 0.05 * Double(1 << min(attempts, 10)))
        attempts += 1
        return Decision(wait: wait * (0.5 + jitter / 2), speaks: speaks, outage: outage)
    }

    /// The store answers. Returns the seconds of the outage that this ends, if there was one.
    package mutating func succeeded(now: Double) -> Double? {
        defer { self = RetryPolicy(maxOutage: maxOutage) }
        return began.map { now - $0 }
    }
}
