package import Counts
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The store of a cluster: a run's counts in Redis, under the keys of `KeySchema`, on whatever servers `--redis` names.
///
/// One connection a server, used by one caller at a time; it is opened when first needed, dropped after any doubt about
/// it, and opened anew at the next call. A call that has thrown `.unavailable` may or may not have been done. Waiting
/// between tries is the caller's part, except in `connect(timeout:)`.
package final class RedisCountStore: CountStore {
    private struct State {
        var pipeline: RedisPipeline
        /// Calls in a row whose answers made no sense.
        var garbled = 0
        /// What the run calls its servers; until that is known, what they are called here.
        var names: String
    }

    /// Answers without sense after which there is no hope.
    private static let patience = 3

    package let servers: RedisServers
    let keys: KeySchema
    private let connectTimeout: Duration
    private let state: Mutex<State>

    /// `connectTimeout` is for one try to open a connection, `replyTimeout` for each silence of a server while an answer
    /// is due.
    package init(
        run: RunName, at servers: RedisServers, connectTimeout: Duration = .seconds(5),
        replyTimeout: Duration = .seconds(10)
    ) {
        keys = KeySchema(run: run)
        self.servers = servers
        self.connectTimeout = connectTimeout
        let limits = RedisNode.TimeLimits(connecting: connectTimeout, reply: replyTimeout)
        state = Mutex(State(pipeline: RedisPipeline(over: servers.topology(limits)), names: servers.description))
    }

    package convenience init(
        run: RunName, at address: RedisAddress, connectTimeout: Duration = .seconds(5),
        replyTimeout: Duration = .seconds(10)
    ) {
        self.init(
            run: run, at: RedisServers(address), connectTimeout: connectTimeout, replyTimeout: replyTimeout)
    }

    package var run: String { keys.run.text }

    /// What the run calls its servers, as far as that is known here.
    var names: String {
        get { state.withLock { $0.names } }
        set { state.withLock { $0.names = newValue } }
    }

    /// Opens the connections, trying again while a server is unavailable, until `timeout` has passed.
    package func connect(timeout: Duration) throws(CountStoreError) {
        let began = ContinuousClock.now
        var retry = RetryPolicy(maxOutage: timeout / .seconds(1))
        while true {
            do throws(CountStoreError) {
                let rest = min(max(began + timeout - .now, .milliseconds(100)), connectTimeout)
                return try use { pipeline throws(ServerFailure) in try pipeline.connect(within: rest) }
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
        _ commands: [RedisCommand], _ decode: @Sendable ([RedisReply]) -> Answer?
    ) throws(CountStoreError) -> Answer {
        try use { pipeline throws(ServerFailure) in
            let replies = try pipeline.perform(commands)
            if let answer = decode(replies) { return answer }
            pipeline.closeAll()
            throw ServerFailure(
                error: .unexpected(command: commands.first?.name ?? "a command"), address: servers.addresses[0])
        }
    }

    /// Does something with the servers.
    func use<Answer: Sendable>(
        _ body: (inout RedisPipeline) throws(ServerFailure) -> Answer
    ) throws(CountStoreError) -> Answer {
        try state.withLock { state throws(CountStoreError) in
            do throws(ServerFailure) {
                let answer = try body(&state.pipeline)
                state.garbled = 0
                return answer
            } catch {
                state.pipeline.distrust(error.address)
                state.garbled = error.error.isGarbled ? state.garbled + 1 : 0
                let reason = error.storeError
                if state.garbled >= Self.patience { throw .garbled(reason: "\(reason)") }
                throw reason
            }
        }
    }
}

extension RedisServers {
    fileprivate func topology(_ limits: RedisNode.TimeLimits) -> any RedisTopology {
        if isCluster { return ClusterMap(seeds: addresses, limits: limits) }
        return addresses.count == 1
            ? OneServer(addresses[0], limits: limits) : ServerList(addresses, limits: limits)
    }
}
