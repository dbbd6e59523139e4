/// A reply in RESP2 format: one of the five kinds of value, as bytes.
/// Source: "Redis serialization protocol specification", redis.io.
enum RedisReply: Sendable, Equatable {
    /// "+OK"
    case status([UInt8])
    /// "-ERR ..."
    case error(ServerError)
    /// ":1"
    case integer(Int64)
    /// "$3", three bytes
    case bulk([UInt8])
    /// "$-1" or "*-1"
    case null
    /// "*2", two replies
    case array([RedisReply])
}

extension RedisReply {
    /// The bytes of a status or a bulk string.
    var bytes: [UInt8]? {
        switch self {
        case .status(let bytes), .bulk(let bytes): bytes
        default: nil
        }
    }

    /// The text of a status or a bulk string.
    var text: String? {
        bytes.flatMap { String(validating: $0, as: UTF8.self) }
    }

    var error: ServerError? {
        if case .error(let error) = self { error } else { nil }
    }

    var elements: [RedisReply]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

/// An error reply: the server's message, whose first word is the code. Control characters are replaced by U+FFFD,
/// because the message is shown in a single line.
struct ServerError: Error, Sendable, Equatable {
    let message: String

    init(message: String) { self.message = message }

    init(words: some Collection<UInt8>) {
        let scalars = String(decoding: words, as: UTF8.self).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
        }
        message = String(String.UnicodeScalarView(scalars))
    }

    /// Returns whether the code is `code`. Servers before version 7 enclose the message of a command that failed inside
    /// a script in another message.
    func has(_ code: String) -> Bool {
        message.hasPrefix(code) || (message.hasPrefix("ERR Error running script") && message.contains(code))
    }

    /// Whether the user lacks permission for a command or a key that a script uses. Redis 7.0 has no code for this
    /// error.
    var isDenialInScript: Bool {
        message.contains("@user_script")
            && (message.contains("The user executing the script can't") || message.contains("ACL failure in script"))
    }
}
