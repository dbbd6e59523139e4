package import Counts
import Platform
import Synchronization

/// The store of a cluster: a run's counts in Redis, under the keys of `KeySchema`, on the servers given by `--redis`.
///
/// There is one connection to each server, used by one caller at a time. It is opened when first needed, closed after
/// any error that may leave it in an undefined state, and opened again at the next call. A call that has thrown
/// `.unavailable` may or may not have been executed. The caller is responsible for waiting between attempts, except in
/// `connect(timeout:)`.
package final class RedisCountStore: CountStore {
    private struct State {
        var pipeline: RedisPipeline
        /// The number of consecutive calls with invalid replies.
        var garbled = 0
        /// The names of the servers as recorded in the run; until they are known, the names given here.
        var names: String
    }

    /// The number of consecutive calls with invalid replies after which a call throws `.garbled`.
    private static let patience = 3

    package let servers: RedisServers
    let keys: KeySchema
    private let connectTimeout: Duration
    private let state: Mutex<State>

    /// Creates a store. `connectTimeout` limits one attempt to open a connection; `replyTimeout` limits the time
    /// without any data while a reply is awaited.
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

    /// The names of the servers as recorded in the run, if known.
    var names: String {
        get { state.withLock { $0.names } }
        set { state.withLock { $0.names = newValue } }
    }

    /// Opens the connections, trying again while a server is unavailable, until `timeout` has passed.
    package func connect(timeout: Duration) throws(CountStoreError) {
        let retry = StoreRetry(maxOutage: timeout / .seconds(1))
        func rest() -> Duration { timeout - .seconds(retry.age) }
        while true {
            let attempt = try retry.attempt { () throws(CountStoreError) in
                let limit = min(max(rest(), .milliseconds(100)), connectTimeout)
                try use { pipeline throws(ServerFailure) in try pipeline.connect(within: limit) }
            }
            switch attempt {
            case .answered: return
            case .wait(let seconds): usleep(UInt32(min(seconds, max(0, rest() / .seconds(1))) * 1e6))
            case .givenUp(let outage): throw .unavailable(reason: outage.reason)
            }
        }
    }

    /// Runs commands and decodes their replies. `decode` returns nil if the replies are not of a kind that Redis sends
    /// for these commands.
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

    /// Calls `body` with the connections to the servers and converts its errors.
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
