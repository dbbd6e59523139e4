import Counts

/// What can go wrong between us and a server.
enum RedisError: Error, Equatable {
    case failure(RedisConnection.Failure)
    /// The server answered a command with an error. `holds`: what kind of value the key has, if that was the matter.
    case refused(ServerError, command: String, key: RedisKey?, holds: String?)
    /// A reply of a kind that no Redis gives to this command.
    case unexpected(command: String)
    case argumentTooLong(key: RedisKey?, bytes: Int)
    /// A server we cannot work with; a sentence without a subject.
    case unfit(String)
    case incompatible(String)
}

extension RedisError {
    /// Whether what came back made no sense. Happens to be mended by a new connection, unless it happens every time.
    var isGarbled: Bool {
        switch self {
        case .failure(.garbled(.notRedis)): false
        case .failure(.garbled), .unexpected: true
        default: false
        }
    }

    /// Whether the connection has still its next reply where it belongs.
    var leavesConnectionInStep: Bool {
        switch self {
        case .refused, .argumentTooLong: true
        default: false
        }
    }

    func storeError(at address: RedisAddress) -> CountStoreError {
        switch self {
        case .failure(.closed(let words?)):
            RedisError.refused(words, command: "the connection", key: nil, holds: nil).storeError(at: address)
        case .failure(.garbled(.notRedis(let bytes))) where bytes.starts(with: [21, 3]):
            .misconfigured(reason: "Redis at \(address) answers through TLS only: give its address with rediss://")
        case .failure(.garbled(.notRedis(let bytes))):
            .incompatible(
                reason: "what answers at \(address) is not Redis: it says "
                    + "\(String(decoding: bytes, as: UTF8.self).debugDescription); check --redis")
        case .failure(.unsafe(let fault)): .misconfigured(reason: "Redis at \(address) \(fault.words)")
        case .failure(let failure): .unavailable(reason: "waiting for Redis at \(address), which \(failure.words)")
        case .unexpected(let command):
            .unavailable(reason: "waiting for Redis at \(address), whose answer to \(command) makes no sense")
        case .argumentTooLong(let key, let bytes):
            .misconfigured(
                reason: "a value of \(bytes) bytes for \(key?.text ?? "a key") is more than Redis at \(address) takes "
                    + "(\(RedisCommand.largestArgument)): give more --blocks")
        case .unfit(let sentence): .misconfigured(reason: "Redis at \(address) \(sentence)")
        case .incompatible(let sentence): .incompatible(reason: "Redis at \(address) \(sentence)")
        case .refused(let error, let command, let key, let holds):
            Self.storeError(error, command: command, key: key, holds: holds, at: address)
        }
    }

    private static func storeError(
        _ error: ServerError, command: String, key: RedisKey?, holds: String?, at address: RedisAddress
    ) -> CountStoreError {
        if deniedCodes.contains(where: error.has) || error.isDenialInScript
            || error.message.contains("invalid password")
            || command == "AUTH" && !waitCodes.contains(where: error.has)
        {
            // not the server's own words: some versions repeat arguments in them
            let reason =
                error.isDenialInScript
                ? "NOPERM" : deniedCodes.first(where: error.has) ?? "the password is not accepted"
            return .denied(command: command, reason: "\(reason) from Redis at \(address)")
        }
        if error.has("WRONGTYPE") {
            return .misconfigured(
                reason:
                    "key \(key?.text ?? "of ours") in Redis at \(address) holds a \(holds ?? "value of another type") where "
                    + "a hash belongs: another program uses that name; delete the key, or name another run with --run")
        }
        if error.has("ERR DB index") || error.has("ERR invalid DB index") {
            return .misconfigured(
                reason: "Redis at \(address) has no such database: give a lower --redis-db, or raise \"databases\" "
                    + "in its configuration")
        }
        if error.has("ERR unknown command") || error.has("ERR unknown subcommand") {
            return .misconfigured(
                reason: "Redis at \(address) does not know the command \(command): use Redis 5 or later")
        }
        return .unavailable(reason: "waiting for Redis at \(address), which refuses \(command): \(error.message)")
    }

    private static let deniedCodes = ["NOAUTH", "WRONGPASS", "NOPERM", "DENIED"]
    /// States that pass.
    private static let waitCodes = ["LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "ERR max number of clients"]
}

extension RedisConnection.Failure {
    /// As the end of "Redis at ..., which".
    fileprivate var words: String {
        switch self {
        case .unreachable(let words): "cannot be reached (\(words))"
        case .timeout(let seconds): "has not answered for \(seconds) seconds"
        case .closed: "closed the connection"
        case .closedUnheard:
            "closed the connection before it had said anything (as a port for TLS does, whose address begins with rediss://)"
        case .broken(let words): "cannot be heard any more (\(words))"
        case .garbled(.malformed(let what)): "sends replies that make no sense (\(what))"
        case .garbled(.tooLarge(let what, let size, let limit)):
            "sends replies that make no sense (\(what) of \(size), where \(limit) is the limit)"
        case .garbled(.notRedis): "is not Redis"
        case .unsafe(let fault): fault.words
        }
    }
}

/// An error, and the server it happened with.
struct ServerFailure: Error {
    let error: RedisError
    let address: RedisAddress

    var storeError: CountStoreError { error.storeError(at: address) }
}
