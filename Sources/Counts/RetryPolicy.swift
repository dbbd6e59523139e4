/// Decides how long to wait before the next attempt to reach a store that does not answer
/// (`CountStoreError.unavailable`). It has no side effects.
///
/// The limit begins at 50 ms and doubles each time, up to 5 s. Each wait is chosen at random between half the limit and
/// the limit, so that the shards of a run do not all return at the same time. One line a minute is logged.
package struct RetryPolicy: Sendable {
    /// The seconds of outage after which to give up; nil means never.
    private let maxOutage: Double?
    private var attempts = 0
    private var began: Double?
    private var lastLine: Double?

    package init(maxOutage: Double?) {
        self.maxOutage = maxOutage
    }

    package struct Decision: Sendable, Equatable {
        /// The seconds to wait; nil means to give up.
        package var wait: Double?
        /// Whether to write a line to the log.
        package var speaks: Bool
        /// The seconds since the outage began.
        package var outage: Double
    }

    /// Records a failed attempt and returns what to do next.
    ///
    /// - Parameters:
    ///   - since: the time at which the attempt began; nil: now.
    ///   - now: the seconds of a monotonic clock.
    ///   - jitter: uniform in [0, 1).
    package mutating func failed(since attempt: Double? = nil, now: Double, jitter: Double) -> Decision {
        let began = began ?? attempt ?? now
        self.began = began
        let outage = now - began
        if let maxOutage, outage >= maxOutage { return Decision(wait: nil, speaks: true, outage: outage) }
        let speaks = lastLine.map { now - $0 >= 60 } ?? true
        if speaks { lastLine = now }
        let wait = min(5, 0.05 * Double(1 << min(attempts, 10)))
        attempts += 1
        return Decision(wait: wait * (0.5 + jitter / 2), speaks: speaks, outage: outage)
    }

    /// Records a successful call. Returns the seconds of the outage that has ended, if there was one.
    package mutating func succeeded(now: Double) -> Double? {
        defer { self = RetryPolicy(maxOutage: maxOutage) }
        return began.map { now - $0 }
    }
}
