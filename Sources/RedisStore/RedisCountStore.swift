package import Counts
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The store of a cluster: a run's counts in a Redis server, under the keys of `KeySchema`.
///
/// One connection, used by one caller at a time; it is opened when first needed, dropped after any doubt about it, and
/// opened anew at the next call. A call that has thrown `.unavailable` may or may not have been done. Waiting between
/// tries is the caller's part, except in `connect(timeout:)`.
package final class RedisCountStore: CountStore {
    private struct State: ~Copyable {
        var session: RedisSession?
        /// Calls in a row whose answers made no sense.
        var garbled = 0
    }

    /// Answers without sense after which there is no hope.
    private static let patience = 3

    package let address: RedisAddress
    let keys: KeySchema
    private let connectTimeout: Duration
    private let replyTimeout: Duration
    private let state = Mutex(State())

    /// `connectTimeout` is for one try to open a connection, `replyTimeout` for each silence of the server while an
    /// answer is due.
    package init(
        run: RunName, at address: RedisAddress, connectTimeout: Duration = .seconds(5),
        replyTimeout: Duration = .seconds(10)
    ) {
        keys = KeySchema(run: run)
        self.address = address
        self.connectTimeout = connectTimeout
        self.replyTimeout = replyTimeout
    }

    package var run: String { keys.run.text }

    /// Opens the connection, trying again while the server is unavailable, until `timeout` has passed.
    package func connect(timeout: Duration) throws(CountStoreError) {
        let began = ContinuousClock.now
        var retry = RetryPolicy(maxOutage: timeout / .seconds(1))
        while true {
            do throws(CountStoreError) {
                let rest = max(began + timeout - .now, .milliseconds(100))
                return try ask([], connectTimeout: min(rest, connectTimeout)) { _ in () }
            } catch .unavailable(let reason) {
                let passed = began.duration(to: .now) / .seconds(1)
                guard let wait = retry.failed(now: passed, jitter: .random(in: 0..<1)).wait
                else { throw .unavailable(reason: reason) }
                usleep(UInt32(min(wait, max(0, timeout / .seconds(1) - passed)) * 1e6))
            }
        }
    }

    /// Runs commands and decodes their replies; `decode` answers nil if they are not of a kind that Redis gives to these
    /// commands.
    func ask<Answer: Sendable>(
        _ commands: [RedisCommand], connectTimeout: Duration? = nil, _ decode: @Sendable ([RedisReply]) -> Answer?
    ) throws(CountStoreError) -> Answer {
        try state.withLock { state throws(CountStoreError) in
            do throws(RedisError) {
                let session =
                    if let open = state.session.take() { open } else {
                        try RedisSession.open(
                            to: address, connecting: connectTimeout ?? self.connectTimeout, timeout: replyTimeout)
                    }
                return try ask(commands, of: session, &state, decode)
            } catch {
                state.garbled = error.isGarbled ? state.garbled + 1 : 0
                let reason = error.storeError(at: address)
                if state.garbled >= Self.patience { throw .garbled(reason: "\(reason)") }
                throw reason
            }
        }
    }

    /// Puts the session back into `state` unless it is out of step.
    private func ask<Answer>(
        _ commands: [RedisCommand], of session: consuming RedisSession, _ state: inout State,
        _ decode: @Sendable ([RedisReply]) -> Answer?
    ) throws(RedisError) -> Answer {
        do throws(RedisError) {
            let replies = try session.perform(commands)
            guard let answer = decode(replies) else { throw .unexpected(command: commands.first?.name ?? "a command") }
            state.garbled = 0
            state.session = consume session
            return answer
        } catch {
            if error.leavesConnectionInStep { state.session = consume session }
            throw error
        }
    }
}
