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
    /// Where an address stands for tools that were given none.
    private static let addressVariable = "REDIS_URL"
    private static let passwordOption = "--redis-password-file"
    private static let keyOption = "--redis-key"

    @Option(
        help: ArgumentHelp(
            "The Redis server that keeps the counts: host, host:port, [address]:port, unix:/path, "
                + "redis://user:password@host:port/database, or rediss:// for the same through TLS. Several share them, "
                + "with commas between (a:6379,b:6379; the same list for every process), or a Redis Cluster named by "
                + "any of its nodes (cluster:a:7000). (Default, where a server is needed: the environment's REDIS_URL.)",
            valueName: "address"))
    package var redis: String?

    @Option(
        help: ArgumentHelp("The database on that server, or on each (default: 0).", valueName: "number"),
        transform: Numbers.whole(0...65535))
    package var redisDb: Int?

    @Option(
        help: ArgumentHelp(
            "A file with the password on its first line (default: the one in the address, else in the environment, as "
                + "DIST_LDA_REDIS_PASSWORD or REDISCLI_AUTH).", valueName: "file"))
    package var redisPasswordFile: String?

    @Option(
        help: ArgumentHelp(
            "With rediss://, the authorities' certificates to trust, in PEM (default: those this machine trusts).",
            valueName: "file"))
    package var redisCacert: String?

    @Option(help: ArgumentHelp("With rediss://, our certificate for a server that asks for one.", valueName: "file"))
    package var redisCert: String?

    @Option(help: ArgumentHelp("The private key of that certificate.", valueName: "file"))
    package var redisKey: String?

    @Option(
        help: ArgumentHelp(
            "How long to try at the start until the server answers (default: 10).", valueName: "seconds"),
        transform: Numbers.number(0...86400))
    package var connectTimeout = 10.0

    package init() {}

    /// The servers that `--redis` names, or else, if one `isNeeded`, `REDIS_URL`; nil without. `say` is given what the
    /// user should know, a sentence each.
    package func servers(isNeeded: Bool, say: (String) -> Void) throws -> RedisServers? {
        if let redis { return try servers(redis, from: nil, say: say) }
        let url = Self.environment([Self.addressVariable])[Self.addressVariable] ?? ""
        if isNeeded { return url.isEmpty ? nil : try servers(url, from: Self.addressVariable, say: say) }
        if let file = files.first { throw UsageError("\(file.option) belongs to a Redis server: name it with --redis") }
        if !url.isEmpty {
            say("\(Self.addressVariable) is not used, since one shard alone needs no server: name it with --redis")
        }
        return nil
    }

    /// The same, a server on this machine if none is named.
    package func serversOrLocal(say: (String) -> Void) throws -> RedisServers {
        try servers(isNeeded: true, say: say) ?? servers("127.0.0.1", from: nil, say: say)
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

    private func servers(_ text: String, from variable: String?, say: (String) -> Void) throws -> RedisServers {
        var servers: RedisServers
        do throws(RedisAddress.Fault) {
            servers = try RedisServers(
                parsing: text, database: redisDb,
                environment: redisPasswordFile == nil ? Self.environment(RedisAddress.passwordVariables) : [:])
        } catch { throw RedisAddress.Fault(reason: error.reason, place: variable) }
        if let path = redisPasswordFile {
            if variable == nil, servers.addresses.contains(where: { $0.password != nil }) {
                throw UsageError("--redis and --redis-password-file both give a password: leave one out")
            }
            let password = try SecretFile(option: Self.passwordOption, path: path).password()
            servers.change { $0.password = password }
        }
        try encrypt(&servers)
        for file in files where [Self.passwordOption, Self.keyOption].contains(file.option) && file.isOpenToAll {
            say("every user of this machine can read \(file.option)=\(file.path): take that right away with chmod 600")
        }
        return servers
    }

    /// Gives the files for TLS to addresses that ask for it.
    private func encrypt(_ servers: inout RedisServers) throws {
        for file in files where file.option != Self.passwordOption {
            if let plain = servers.addresses.first(where: { $0.encryption == nil }) {
                throw UsageError("\(file.option) is for TLS, and \(plain) is reached without: give it as rediss://")
            }
            try file.check()
        }
        if (redisCert == nil) != (redisKey == nil) {
            throw UsageError("--redis-cert and --redis-key belong together: give both or neither")
        }
        servers.change { address in
            guard address.encryption != nil else { return }
            address.encryption = .init(authorities: redisCacert, certificate: redisCert, key: redisKey)
        }
    }

    /// The files that were given.
    private var files: [SecretFile] {
        let paths = [
            (Self.passwordOption, redisPasswordFile), ("--redis-cacert", redisCacert), ("--redis-cert", redisCert),
            (Self.keyOption, redisKey),
        ]
        return paths.compactMap { option, path in path.map { SecretFile(option: option, path: $0) } }
    }

    private static func environment(_ names: [String]) -> [String: String] {
        var values: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        return values
    }
}
