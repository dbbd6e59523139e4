import Counts
import Synchronization
import Testing

@Suite("repeating calls on a store that does not answer")
struct StoreRetryTests {
    private final class Log: Sendable {
        let events = Mutex<[StoreRetry.Event]>([])
    }

    private static func unavailable() throws(CountStoreError) -> Int { throw .unavailable(reason: "waiting for r") }
    private static func missing() throws(CountStoreError) -> Int { throw .missing(run: "r") }
    private static func seven() throws(CountStoreError) -> Int { 7 }

    @Test("says how long to wait, reports the outage once, and its end")
    func outage() throws {
        let log = Log()
        let retry = StoreRetry(maxOutage: nil) { event in log.events.withLock { $0.append(event) } }
        for _ in 0..<2 {
            guard case .wait(let seconds) = try retry.attempt(Self.unavailable) else {
                Issue.record("must wait")
                return
            }
            #expect((0.025...0.1).contains(seconds))
        }
        for _ in 0..<2 {
            guard case .answered(7) = try retry.attempt(Self.seven) else {
                Issue.record("must answer")
                return
            }
        }
        let events = log.events.withLock(\.self)
        try #require(events.count == 3)
        guard case .waiting("waiting for r", _, isDue: true) = events[0],
            case .waiting("waiting for r", _, isDue: false) = events[1], case .answers = events[2]
        else {
            Issue.record("\(events)")
            return
        }
    }

    @Test("gives up after the longest permitted outage")
    func givesUp() async throws {
        let retry = StoreRetry(maxOutage: 0)
        guard case .givenUp(let error) = try retry.attempt(Self.unavailable) else {
            Issue.record("must give up")
            return
        }
        #expect(error.reason == "waiting for r")
        await #expect(throws: OutageError.self) { try await StoreRetry(maxOutage: 0).persistently(Self.unavailable) }
    }

    @Test("other errors are thrown at once, an answer after an outage is returned")
    func repeats() async throws {
        let retry = StoreRetry(maxOutage: nil)
        await #expect(throws: CountStoreError.missing(run: "r")) { try await retry.persistently(Self.missing) }
        var calls = 0
        let answer = try await retry.persistently { () throws(CountStoreError) in
            calls += 1
            return calls < 3 ? try Self.unavailable() : calls
        }
        #expect(answer == 3)
    }
}
