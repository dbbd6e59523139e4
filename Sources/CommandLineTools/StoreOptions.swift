package import ArgumentParser
package import Counts
import Platform
package import RedisStore

/// `--redis` and the options that belong to it: the address of the store and how to connect to it.
package struct StoreOptions: ParsableArguments {
    /// The environment variable that is used where the address is not given by a flag.
    private static let addressVariable = "REDIS_URL"
    private static let passwordOption = "--redis-password-file"
    private static let keyOption = "--redis-key"

    @Option(
        help: ArgumentHelp(
            "The Redis server that holds the counts: host, host:port, [address]:port, unix:/path, "
                + "redis://user:password@host:port/database, or rediss:// for the same over TLS. To use several "
                + "servers, separate them by commas (a:6379,b:6379; the same list for every process). To use a Redis "
                + "Cluster, give any of its nodes (cluster:a:7000). Default, if a server is needed: the environment "
                + "variable REDIS_URL.",
            valueName: "address"))
    package var redis: String?

    @Option(
        help: ArgumentHelp("The number of the database, on each server (default: 0).", valueName: "number"),
        transform: Numbers.whole(0...65535))
    package var redisDb: Int?

    @Option(
        help: ArgumentHelp(
            "A file with the password on its first line (default: the one in the address, otherwise the "
                + "environment's DIST_LDA_REDIS_PASSWORD or REDISCLI_AUTH).", valueName: "file"))
    package var redisPasswordFile: String?

    @Option(
        help: ArgumentHelp(
            "With rediss://, the CA certificates to trust, in PEM format (default: those this machine trusts).",
            valueName: "file"))
    package var redisCacert: String?

    @Option(help: ArgumentHelp("With rediss://, the client certificate if the server asks for one.", valueName: "file"))
    package var redisCert: String?

    @Option(help: ArgumentHelp("The private key of the client certificate.", valueName: "file"))
    package var redisKey: String?

    @Option(
        help: ArgumentHelp(
            "How long to keep trying to connect at the start (default: 10).", valueName: "seconds"),
        transform: Numbers.number(0...86400))
    package var connectTimeout = 10.0

    package init() {}

    /// Returns the servers named by `--redis` or, if a server `isNeeded`, by `REDIS_URL`; nil if there are none.
    /// `say` is called with each warning for the user, one sentence each.
    package func servers(isNeeded: Bool, say: (String) -> Void) throws -> RedisServers? {
        if let redis { return try servers(redis, from: nil, say: say) }
        let url = Self.environment([Self.addressVariable])[Self.addressVariable] ?? ""
        if isNeeded { return url.isEmpty ? nil : try servers(url, from: Self.addressVariable, say: say) }
        if let file = files.first { throw UsageError("\(file.option) is for a Redis server: name one with --redis") }
        if !url.isEmpty {
            say("\(Self.addressVariable) is ignored, because a single shard needs no server: name one with --redis")
        }
        return nil
    }

    /// Returns the same servers, or a server on this machine if none is named.
    package func serversOrLocal(say: (String) -> Void) throws -> RedisServers {
        try servers(isNeeded: true, say: say) ?? servers("127.0.0.1", from: nil, say: say)
    }

    /// Connects to the store of a run.
    /// - Parameter maxOutage: the seconds of an outage after which the caller gives up, and therefore the most for
    ///   which a reply is awaited, within 1 and 10 s.
    package func open(
        run: RunName, at servers: RedisServers, maxOutage: Double? = nil
    ) throws(CountStoreError) -> RedisCountStore {
        let store = RedisCountStore(
            run: run, at: servers, replyTimeout: .seconds(min(10, max(1, maxOutage ?? 10))))
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
                throw UsageError("--redis and --redis-password-file both give a password: use only one of them")
            }
            let password = try SecretFile(option: Self.passwordOption, path: path).password()
            servers.change { $0.password = password }
        }
        try encrypt(&servers)
        for file in files where [Self.passwordOption, Self.keyOption].contains(file.option) && file.isOpenToAll {
            say("every user of this machine can read \(file.option)=\(file.path): restrict access with chmod 600")
        }
        return servers
    }

    /// Adds the TLS files to the addresses that use TLS.
    private func encrypt(_ servers: inout RedisServers) throws {
        for file in files where file.option != Self.passwordOption {
            if let plain = servers.addresses.first(where: { $0.encryption == nil }) {
                throw UsageError("\(file.option) is for TLS, but \(plain) does not use it: use rediss://")
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

    /// The files given by flags.
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
