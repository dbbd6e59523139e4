import Counts
import Logging
import Platform
import Synchronization

/// The calls of a shard on its store: they are made one at a time on a thread of their own, and repeated while the
/// store does not answer (`RetryPolicy`). Meanwhile the sampling continues with the counts that were read last.
final class StoreCalls: Sendable {
    private struct State {
        var retry: RetryPolicy
        /// Whether the last warning said that the shard is stopping and only waits for the store.
        var saidThatItEnds = false
    }

    let store: any CountStore
    /// The thread on which the calls are made: the executor of the actors that make them.
    let thread = OwnThread()
    let logger: Logger
    let stop: @Sendable () -> Bool
    private let state: Mutex<State>
    /// The time from which the times passed to the policy are measured.
    private let born = ContinuousClock.now

    init(_ store: any CountStore, maxOutage: Double?, logger: Logger, stop: @escaping @Sendable () -> Bool) {
        self.store = store
        self.logger = logger
        self.stop = stop
        state = Mutex(State(retry: RetryPolicy(maxOutage: maxOutage)))
    }

    /// The seconds since this was created.
    var age: Double { born.secondsSince }

    /// Repeats `body` until the store answers. Throws `OutageError` if an outage is longer than allowed.
    func persistently<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ store: any CountStore) throws(CountStoreError) -> Value
    ) async throws -> Value {
        while true {
            do throws(CountStoreError) {
                let value = try body(store)
                if let outage = state.withLock({ $0.retry.succeeded(now: age) }) {
                    logger.info("the store answers again after \(Int(outage)) s")
                }
                return value
            } catch {
                guard case .unavailable(let reason) = error else { throw error }
                try await Task.sleep(for: .seconds(try wait(after: reason)))
            }
        }
    }

    /// Returns the seconds to wait after the store has not answered for this reason.
    private func wait(after reason: String) throws(OutageError) -> Double {
        let isEnding = stop()
        let (decision, speaks) = state.withLock { state in
            let decision = state.retry.failed(now: age, jitter: .random(in: 0..<1))
            let speaks = decision.speaks || isEnding != state.saidThatItEnds
            if speaks { state.saidThatItEnds = isEnding }
            return (decision, speaks)
        }
        guard let wait = decision.wait else { throw OutageError(seconds: decision.outage, reason: reason) }
        if speaks {
            let end = isEnding ? ", so that no counts are lost (a second signal ends this shard)" : ""
            logger.warning("\(reason); trying again until it answers\(end)")
        }
        return wait
    }

    /// Calls `body` once. Returns nil if the store does not answer.
    func once<Value>(
        _ body: (_ store: any CountStore) throws(CountStoreError) -> Value
    ) throws(CountStoreError) -> Value? {
        do throws(CountStoreError) { return try body(store) } catch {
            if case .unavailable = error { return nil }
            throw error
        }
    }
}
