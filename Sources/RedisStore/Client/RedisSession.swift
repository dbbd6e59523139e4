/// A connection that is signed in to a suitable server and keeps track of the scripts that it has loaded.
struct RedisSession: ~Copyable {
    /// The oldest supported version. Scripts that read the clock and then write require it.
    private static let oldestVersion = 5

    private var connection: RedisConnection
    private var hashes: [Script: [UInt8]] = [:]
    /// The id of the server's process, which changes with each start; nil if the server does not report it.
    private(set) var process: String?
    /// Whether the server is a node of a cluster, which has only some of the keys.
    private(set) var isClusterNode = false

    private init(over connection: consuming RedisConnection) {
        self.connection = connection
    }

    static func open(
        to address: RedisAddress, connecting: Duration, timeout: Duration
    ) throws(RedisError) -> RedisSession {
        var session = RedisSession(over: try connection(to: address, connecting: connecting, timeout: timeout))
        try session.introduce(address)
        return session
    }

    private static func connection(
        to address: RedisAddress, connecting: Duration, timeout: Duration
    ) throws(RedisError) -> RedisConnection {
        do throws(RedisConnection.Failure) {
            return try RedisConnection.open(to: address, connecting: connecting, timeout: timeout)
        } catch { throw .failure(error) }
    }

    /// Signs in, and refuses a server that is too old or may drop keys.
    private mutating func introduce(_ address: RedisAddress) throws(RedisError) {
        if address.user != nil || address.password != nil {
            // AUTH is sent even without a password: the user may not need one, and must not silently become the default
            // user.
            let password = address.password?.bytes ?? []
            _ = try perform([RedisCommand("AUTH", arguments: (address.user.map { [$0] } ?? []) + [password])])
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
        process = server["run_id"]
        isClusterNode = server["redis_mode"] == "cluster"
        if isClusterNode, address.database != 0 {
            throw .unfit("runs in cluster mode and has only database 0: leave --redis-db out")
        }
        let policy = memory["maxmemory_policy"] ?? "noeviction"
        if memory["maxmemory"] != "0", policy != "noeviction" {
            throw .unfit(
                "may delete blocks when its memory is full (maxmemory-policy \(policy)): "
                    + "change this with redis-cli config set maxmemory-policy noeviction")
        }
        if address.database != 0 {
            _ = try perform([RedisCommand("SELECT", Array("\(address.database)".utf8))])
        }
        // The name is only for the output of CLIENT LIST, so a user without permission to set it is accepted.
        do throws(RedisError) { _ = try perform([RedisCommand("CLIENT SETNAME", Array("dist-lda".utf8))]) } catch {
            guard error.leavesConnectionInStep else { throw error }
        }
    }

    /// Parses the lines "name:value" of INFO.
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

    // MARK: Single commands

    /// Runs a few commands other than scripts. Returns their replies; throws if one of them is an error.
    mutating func perform(_ commands: [RedisCommand]) throws(RedisError) -> [RedisReply] {
        var bytes: [UInt8] = []
        for command in commands { command.append(to: &bytes, hash: nil) }
        try send(bytes[...])
        let replies = try receive(commands.count)
        for (command, reply) in zip(commands, replies) {
            if let error = reply.error { throw try refusal(of: command, error) }
        }
        return replies
    }

    /// Returns the error to throw when the server replies to a command with an error.
    mutating func refusal(of command: RedisCommand, _ error: ServerError) throws(RedisError) -> RedisError {
        let name = command.script?.command(deniedBy: error) ?? command.name
        guard error.has("WRONGTYPE") else { return .refused(error, command: name, key: command.key, holds: nil) }
        var bytes: [UInt8] = []
        for key in command.keys { RedisCommand("TYPE", key: key).append(to: &bytes, hash: nil) }
        try send(bytes[...])
        for (key, reply) in zip(command.keys, try receive(command.keys.count)) {
            // The name of a type is a single word; anything else is ignored.
            guard let type = reply.text, type.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { continue }
            if type != "none", type != key.type.rawValue {
                return .refused(error, command: name, key: key, holds: type)
            }
        }
        return .refused(error, command: name, key: command.key, holds: nil)
    }

    /// Returns the keys of this server that match a pattern.
    mutating func keys(matching pattern: String) throws(RedisError) -> [String] {
        var found: [String] = []
        var cursor = "0"
        repeat {
            let arguments = [cursor, "MATCH", pattern, "COUNT", "1000"].map { Array($0.utf8) }
            let page = try perform([RedisCommand("SCAN", arguments: arguments)])[0].elements
            guard let page, page.count == 2, let next = page[0].text, let keys = page[1].elements else {
                throw .unexpected(command: "SCAN")
            }
            found += keys.compactMap(\.text)
            cursor = next
        } while cursor != "0"
        return found
    }

    // MARK: A pipeline

    /// Encodes the commands at `places` of a list, in about `size` bytes. A command that is `asking` is preceded by
    /// ASKING, which permits access to a key that is being moved to this server and has a reply of its own. First loads
    /// the scripts that the server does not have yet.
    mutating func encode(
        _ places: ArraySlice<(place: Int, asking: Bool)>, of commands: [RedisCommand], size: Int
    ) throws(RedisError) -> [UInt8] {
        var scripts: Set<Script> = []
        for (place, _) in places {
            if let script = commands[place].script { scripts.insert(script) }
            if commands[place].longestArgument > RedisCommand.largestArgument {
                throw .argumentTooLong(key: commands[place].key, bytes: commands[place].longestArgument)
            }
        }
        try load(scripts)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        for (place, asking) in places {
            if asking { RedisCommand("ASKING").append(to: &bytes, hash: nil) }
            commands[place].append(to: &bytes, hash: commands[place].script.flatMap { hashes[$0] })
        }
        return bytes
    }

    mutating func send(_ bytes: ArraySlice<UInt8>) throws(RedisError) {
        do throws(RedisConnection.Failure) { try connection.send(bytes) } catch { throw .failure(error) }
    }

    mutating func receive(_ count: Int) throws(RedisError) -> [RedisReply] {
        do throws(RedisConnection.Failure) { return try connection.receive(count) } catch { throw .failure(error) }
    }

    /// Makes the session load all scripts again, because the server has discarded them.
    mutating func forgetScripts() { hashes = [:] }

    private mutating func load(_ scripts: Set<Script>) throws(RedisError) {
        let missing = scripts.filter { hashes[$0] == nil }.map { $0 }
        if missing.isEmpty { return }
        let replies = try perform(missing.map { RedisCommand("SCRIPT LOAD", Array($0.source.utf8)) })
        for (script, reply) in zip(missing, replies) {
            guard case .bulk(let hash) = reply, hash.count == 40 else { throw .unexpected(command: "SCRIPT LOAD") }
            hashes[script] = hash
        }
    }
}
