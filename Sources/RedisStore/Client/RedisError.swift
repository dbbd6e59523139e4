import Counts

/// An error in the communication with a server.
enum RedisError: Error, Equatable {
    case failure(RedisConnection.Failure)
    /// The server replied to a command with an error. `holds` is the type of the key's value, if that caused the error.
    case refused(ServerError, command: String, key: RedisKey?, holds: String?)
    /// A reply of a kind that Redis never sends for this command.
    case unexpected(command: String)
    case argumentTooLong(key: RedisKey?, bytes: Int)
    /// A server that cannot be used. The value is a sentence without its subject.
    case unfit(String)
    case incompatible(String)
}

extension RedisError {
    /// Whether the reply was invalid. A new connection often solves this, unless it happens every time.
    var isGarbled: Bool {
        switch self {
        case .failure(.garbled(.notRedis)): false
        case .failure(.garbled), .unexpected: true
        default: false
        }
    }

    /// Whether requests and replies on the connection still correspond, so that it can be used further.
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
            .misconfigured(reason: "Redis at \(address) accepts only TLS: use rediss:// in its address")
        case .failure(.garbled(.notRedis(let bytes))):
            .incompatible(
                reason: "what answers at \(address) is not Redis: it says "
                    + "\(String(decoding: bytes, as: UTF8.self).debugDescription); check --redis")
        case .failure(.unsafe(let fault)): .misconfigured(reason: "Redis at \(address) \(fault.words)")
        case .failure(let failure): .unavailable(reason: "waiting for Redis at \(address), which \(failure.words)")
        case .unexpected(let command):
            .unavailable(reason: "waiting for Redis at \(address), whose reply to \(command) is invalid")
        case .argumentTooLong(let key, let bytes):
            .misconfigured(
                reason: "a value of \(bytes) bytes for \(key?.text ?? "a key") is more than Redis at \(address) "
                    + "accepts (\(RedisCommand.largestArgument)): use more --blocks")
        case .unfit(let sentence): .misconfigured(reason: "Redis at \(address) \(sentence)")
        case .incompatible(let sentence): .incompatible(reason: "Redis at \(address) \(sentence)")
        case .refused(let error, let command, let key, let holds):
            Self.storeError(error, command: command, key: key, holds: holds, at: address)
        }
    }

    private static func storeError(
        _ error: ServerError, command: String, key: RedisKey?, holds: String?, at address: RedisAddress
    ) -> CountStoreError {
        if error.has("DENIED") {
            // Its message is one sentence about the protected mode and five about how to end it.
            let sentence = error.message.prefix { $0 != "." }
            return .denied(
                command: command, reason: "\(sentence), at \(address)",
                advice: "it accepts only connections from its own machine; set a password with requirepass, or, in a "
                    + "network that you trust, bind it to an address and set protected-mode no (see redis.conf)")
        }
        if deniedCodes.contains(where: error.has) || error.isDenialInScript
            || error.message.contains("invalid password")
            || command == "AUTH" && !waitCodes.contains(where: error.has)
        {
            // The server's message is not shown, because some versions repeat arguments in it.
            let reason =
                error.isDenialInScript
                ? "NOPERM" : deniedCodes.first(where: error.has) ?? "the password is not accepted"
            return .denied(command: command, reason: "\(reason) from Redis at \(address)")
        }
        if error.has("WRONGTYPE") {
            // If no key has a wrong type, it is one that a script derives from its first key.
            let place = (key?.text ?? "a key of the run") + (holds == nil ? " or a part of it" : "")
            let found = holds.map { "a \(RedisKey.ValueType.name($0))" } ?? "a value of another type"
            let expected = RedisKey.ValueType.name((key?.type ?? .hash).rawValue)
            return .misconfigured(
                reason:
                    "key \(place) in Redis at \(address) holds \(found) instead of "
                    + "\(holds == nil ? "its own" : "a " + expected): another program uses that name; "
                    + "delete the key, or name another run with --run")
        }
        if error.has("ERR DB index") || error.has("ERR invalid DB index") {
            return .misconfigured(
                reason: "Redis at \(address) has no such database: use a lower --redis-db, or increase \"databases\" "
                    + "in its configuration")
        }
        if error.has("ERR unknown command") || error.has("ERR unknown subcommand") {
            return .misconfigured(
                reason: "Redis at \(address) does not know the command \(command): use Redis 5 or later")
        }
        return .unavailable(reason: "waiting for Redis at \(address), which refuses \(command): \(error.message)")
    }

    private static let deniedCodes = ["NOAUTH", "WRONGPASS", "NOPERM"]
    /// The codes of temporary states.
    private static let waitCodes = ["LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "ERR max number of clients"]
}

extension RedisConnection.Failure {
    /// The end of a sentence that begins with "Redis at ..., which".
    fileprivate var words: String {
        switch self {
        case .unreachable(let words): "cannot be reached (\(words))"
        case .timeout(let seconds): "has not answered for \(seconds) seconds"
        case .closed: "closed the connection"
        case .closedUnheard:
            "closed the connection without sending anything (if it accepts only TLS, use rediss:// in its address)"
        case .broken(let words): "is no longer reachable (\(words))"
        case .garbled(.malformed(let what)): "sends invalid replies (\(what))"
        case .garbled(.tooLarge(let what, let size, let limit)):
            "sends invalid replies (\(what) of size \(size); the limit is \(limit))"
        case .garbled(.notRedis): "is not Redis"
        case .unsafe(let fault): fault.words
        }
    }
}

/// An error with the address of the server that caused it.
struct ServerFailure: Error {
    let error: RedisError
    let address: RedisAddress

    var storeError: CountStoreError { error.storeError(at: address) }
}
