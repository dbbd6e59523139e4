/// A connection that has introduced itself to a server fit for us, and knows which scripts it has loaded.
struct RedisSession: ~Copyable {
    /// Commands sent before their replies are read: enough to hide the way to the server, few enough to bound what
    /// waits there.
    private static let windowCommands = 64
    private static let windowBytes = 4 << 20
    /// Scripts that read the clock and then write need it.
    private static let oldestVersion = 5

    private var connection: RedisConnection
    private var hashes: [Script: [UInt8]] = [:]

    private init(over connection: consuming RedisConnection) {
        self.connection = connection
    }

    static func open(
        to address: RedisAddress, connecting: Duration, timeout: Duration
    ) throws(RedisError) -> RedisSession {
        if address.isEncrypted {
            throw .unfit(
                "is to be reached through TLS (rediss://), which is not supported: "
                    + "run a TLS tunnel such as stunnel beside this program and give its address with redis://")
        }
        var session = RedisSession(over: try connection(to: address, connecting: connecting, timeout: timeout))
        try session.introduce(address)
        return session
    }

    private static func connection(
        to address: RedisAddress, connecting: Duration, timeout: Duration
    ) throws(RedisError) -> RedisConnection {
        do throws(RedisConnection.Failure) {
            return try RedisConnection.open(to: address.endpoint, connecting: connecting, timeout: timeout)
        } catch { throw .failure(error) }
    }

    /// Signs in, and refuses a server that is too old, or may drop keys, or has only a part of them.
    private mutating func introduce(_ address: RedisAddress) throws(RedisError) {
        if let password = address.password {
            _ = try perform([RedisCommand("AUTH", arguments: (address.user.map { [$0] } ?? []) + [password.bytes])])
        }
        if address.database != 0 {
            _ = try perform([RedisCommand("SELECT", Array("\(address.database)".utf8))])
        }
        let replies = try perform([
            RedisCommand("INFO", Array("server".utf8)), RedisCommand("INFO", Array("memory".utf8)),
            RedisCommand("PING"),
        ])
        let server = try information(replies[0])
        let memory = try information(replies[1])
        guard let version = server["redis_version"], let major = Int(version.prefix { $0 != "." }) else {
            throw .incompatible("does not say which version it is: use Redis \(Self.oldestVersion) or later")
        }
        if major < Self.oldestVersion {
            throw .unfit("is version \(version): use version \(Self.oldestVersion) or later")
        }
        if server["redis_mode"] == "cluster" {
            throw .unfit("runs in cluster mode, which is not supported: give a server that has all keys")
        }
        let policy = memory["maxmemory_policy"] ?? "noeviction"
        if memory["maxmemory"] != "0", policy != "noeviction" {
            throw .unfit(
                "may delete blocks when its memory is full (maxmemory-policy \(policy)): "
                    + "set it with redis-cli config set maxmemory-policy noeviction")
        }
        // for people who read CLIENT LIST; a user without the right to it is as good
        do throws(RedisError) { _ = try perform([RedisCommand("CLIENT SETNAME", Array("dist-lda".utf8))]) } catch {
            guard error.leavesConnectionInStep else { throw error }
        }
    }

    /// The lines "name:value" of INFO.
    private func information(_ reply: RedisReply) throws(RedisError) -> [String: String] {
        guard case .bulk(let bytes) = reply else { throw .unexpected(command: "INFO") }
        var values: [String: String] = [:]
        for line in bytes.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            values[String(decoding: line[..<colon], as: UTF8.self)] =
                String(decoding: line[line.index(after: colon)...], as: UTF8.self)
        }
        return values
    }

    /// Runs commands in order, many on the way at once; their replies, none of which is an error.
    mutating func perform(_ commands: [RedisCommand]) throws(RedisError) -> [RedisReply] {
        var replies: [RedisReply] = []
        replies.reserveCapacity(commands.count)
        var first = 0
        while first < commands.count {
            var (end, bytes) = (first, 0)
            while end < commands.count, end - first < Self.windowCommands, bytes < Self.windowBytes {
                bytes += commands[end].size
                end += 1
            }
            replies += try performWindow(commands[first..<end], bytes: bytes)
            first = end
        }
        return replies
    }

    private mutating func performWindow(
        _ commands: ArraySlice<RedisCommand>, bytes: Int
    ) throws(RedisError) -> [RedisReply] {
        for command in commands where command.longestArgument > RedisCommand.largestArgument {
            throw .argumentTooLong(key: command.key, bytes: command.longestArgument)
        }
        try load(Set(commands.compactMap(\.script)))
        var replies = try exchange(commands, bytes: bytes)
        // a server that was told to forget its scripts has done none of those commands
        let forgotten = replies.indices.filter {
            if case .error(let error) = replies[$0] { error.has("NOSCRIPT") } else { false }
        }
        if !forgotten.isEmpty {
            hashes = [:]
            let again = forgotten.map { commands[commands.startIndex + $0] }
            try load(Set(again.compactMap(\.script)))
            for (index, reply) in zip(forgotten, try exchange(again[...], bytes: bytes)) { replies[index] = reply }
        }
        for (command, reply) in zip(commands, replies) {
            if case .error(let error) = reply { try refuse(command, error) }
        }
        return replies
    }

    private mutating func load(_ scripts: Set<Script>) throws(RedisError) {
        let missing = scripts.filter { hashes[$0] == nil }.map { $0 }
        if missing.isEmpty { return }
        let commands = missing.map { RedisCommand("SCRIPT LOAD", Array($0.source.utf8)) }
        for (index, reply) in try exchange(commands[...], bytes: 0).enumerated() {
            if case .error(let error) = reply { try refuse(commands[index], error) }
            guard case .bulk(let hash) = reply, hash.count == 40 else { throw .unexpected(command: "SCRIPT LOAD") }
            hashes[missing[index]] = hash
        }
    }

    private mutating func exchange(
        _ commands: ArraySlice<RedisCommand>, bytes count: Int
    ) throws(RedisError) -> [RedisReply] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for command in commands { command.append(to: &bytes, hash: command.script.flatMap { hashes[$0] }) }
        do throws(RedisConnection.Failure) {
            return try connection.exchange(bytes, replies: commands.count)
        } catch { throw .failure(error) }
    }

    private mutating func refuse(_ command: RedisCommand, _ error: ServerError) throws(RedisError) -> Never {
        var holds: String?
        if error.has("WRONGTYPE"), let key = command.key {
            holds = try exchange([RedisCommand("TYPE", key: key)], bytes: 0).first?.text
        }
        throw .refused(error, command: command.name, key: command.key, holds: holds)
    }
}
