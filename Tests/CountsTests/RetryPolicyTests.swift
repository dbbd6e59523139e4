import Counts
import Testing

@Suite("the retry policy")
struct RetryPolicyTests {
    @Test("waits longer each time, from 50 ms to 5 s, with a random reduction down to a half")
    func waits() {
        var policy = RetryPolicy(maxOutage: nil)
        var full = RetryPolicy(maxOutage: nil)
        for attempt in 0..<12 {
            let most = min(5, 0.05 * Double(1 << attempt))
            #expect(policy.failed(now: 0, jitter: 0).wait == most / 2)
            #expect(full.failed(now: 0, jitter: 1).wait == most)
        }
    }

    @Test("logs a line at once, then once a minute")
    func speaks() {
        var policy = RetryPolicy(maxOutage: nil)
        let spoken = [0, 1, 59, 60, 61, 119, 120].map { policy.failed(now: Double($0), jitter: 0).speaks }
        #expect(spoken == [true, false, false, true, false, false, true])
    }

    @Test("gives up after the longest permitted outage, counted from the first failure")
    func givesUp() {
        var policy = RetryPolicy(maxOutage: 10)
        #expect(policy.failed(now: 100, jitter: 0).wait != nil)
        #expect(policy.failed(now: 109.9, jitter: 0).wait != nil)
        let last = policy.failed(now: 110, jitter: 0)
        #expect(last.wait == nil && last.speaks && last.outage == 10)
    }

    @Test("starts again from the beginning when the store answers")
    func recovers() {
        var policy = RetryPolicy(maxOutage: 10)
        #expect(policy.succeeded(now: 1) == nil)
        for now in [2.0, 4, 6] { _ = policy.failed(now: now, jitter: 0) }
        #expect(policy.succeeded(now: 7) == 5)
        #expect(policy.succeeded(now: 8) == nil)
        let next = policy.failed(now: 50, jitter: 0)
        #expect(next.wait == 0.025 && next.speaks && next.outage == 0)
    }
}
