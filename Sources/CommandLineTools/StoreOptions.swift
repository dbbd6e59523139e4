package import ArgumentParser
package import Counts
package import RedisStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `--redis` and what belongs to it: the store, chosen by address.
package struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The Redis server that keeps the counts: host, host:port, [address]:port, unix:/path or "
                + "redis://user:password@host:port/database. Several share them, with commas between (a:6379,b:6379; "
                + "the same list for every process), or a Redis Cluster named by any of its nodes "
                + "(cluster:a:7000). A password is better put into the environment, as DIST_LDA_REDIS_PASSWORD.",
            valueName: "address"))
    package var redis: String?

    @Option(
        help: ArgumentHelp("The database on that server, or on each (default: 0).", valueName: "number"),
        transform: Numbers.whole(0...65535))
    package var redisDb: Int?

    @Option(
        help: ArgumentHelp(
            "How long to try at the start until the server answers (default: 10).", valueName: "seconds"),
        transform: Numbers.number(0...86400))
    package var connectTimeout = 10.0

    package init() {}

    /// What `--redis` says, nil without it.
    package func servers() throws -> RedisServers? {
        try redis.map { try RedisServers(parsing: $0, database: redisDb, environment: Self.passwords) }
    }

    /// The same, a server on this machine without it.
    package func serversOrLocal() throws -> RedisServers {
        try RedisServers(parsing: redis ?? "127.0.0.1", database: redisDb, environment: Self.passwords)
    }

    /// The store of a run, connected.
    package func open(run: RunName, at servers: RedisServers) throws(CountStoreError) -> RedisCountStore {
        let store = RedisCountStore(run: run, at: servers)
        do throws(CountStoreError) {
            try store.connect(timeout: .seconds(connectTimeout))
        } catch {
            guard case .unavailable(let reason) = error else { throw error }
            throw .unavailable(
                reason: "gave up after \(connectTimeout) seconds \(reason): start the server or check --redis")
        }
        return store
    }

    private static var passwords: [String: String] {
        var passwords: [String: String] = [:]
        for name in RedisAddress.passwordVariables {
            if let value = getenv(name) { passwords[name] = String(cString: value) }
        }
        return passwords
    }
}
