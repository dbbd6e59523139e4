import Synchronization

/// Repeats calls on a store while it does not answer (`CountStoreError.unavailable`). How long to wait before each
/// attempt is decided by `RetryPolicy`. Calls of several tasks share one outage: any call that is answered ends it.
package final class StoreRetry: Sendable {
    /// What the user may want to know.
    package enum Event: Sendable, Equatable {
        /// The store has not answered for `outage` seconds. A line is due at once, and then once a minute.
        case waiting(reason: String, outage: Double, isDue: Bool)
        /// The store answers again after an outage of so many seconds.
        case answers(after: Double)
    }

    /// The result of one attempt.
    package enum Attempt<Answer> {
        case answered(Answer)
        /// The store has not answered. The next attempt is due after so many seconds.
        case wait(seconds: Double)
        /// The store has not answered, and the outage is longer than allowed.
        case givenUp(OutageError)
    }

    private let policy: Mutex<RetryPolicy>
    private let observe: @Sendable (Event) -> Void
    /// The time from which the times passed to the policy are measured.
    private let born = ContinuousClock.now

    /// - Parameter maxOutage: the seconds of an outage after which to give up; nil means never.
    package init(maxOutage: Double?, observe: @escaping @Sendable (Event) -> Void = { _ in }) {
        policy = Mutex(RetryPolicy(maxOutage: maxOutage))
        self.observe = observe
    }

    /// The seconds since this was created.
    package var age: Double { born.duration(to: .now) / .seconds(1) }

    /// Calls `body` once. Throws its errors, except `.unavailable`.
    package func attempt<Answer>(
        _ body: () throws(CountStoreError) -> Answer
    ) throws(CountStoreError) -> Attempt<Answer> {
        let began = age
        do throws(CountStoreError) {
            let answer = try body()
            if let outage = policy.withLock({ $0.succeeded(now: age) }) { observe(.answers(after: outage)) }
            return .answered(answer)
        } catch {
            guard case .unavailable(let reason) = error else { throw error }
            let decision = policy.withLock { $0.failed(since: began, now: age, jitter: .random(in: 0..<1)) }
            guard let wait = decision.wait else {
                return .givenUp(OutageError(seconds: decision.outage, reason: reason))
            }
            observe(.waiting(reason: reason, outage: decision.outage, isDue: decision.speaks))
            return .wait(seconds: wait)
        }
    }

    /// Repeats `body` until the store answers. Throws its other errors, `OutageError` if an outage is longer than
    /// allowed, and `CancellationError`.
    package func persistently<Answer>(
        isolation: isolated (any Actor)? = #isolation, _ body: () throws(CountStoreError) -> Answer
    ) async throws -> Answer {
        while true {
            switch try attempt(body) {
            case .answered(let answer): return answer
            case .wait(let seconds): try await Task.sleep(for: .seconds(seconds))
            case .givenUp(let error): throw error
            }
        }
    }
}
