/// An answer of the server, in RESP2: the five kinds of value, as bytes.
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

/// An error the server answered with: in its own words, the first of which is the code; a control character among them is
/// U+FFFD, for they are shown in one line.
struct ServerError: Error, Sendable, Equatable {
    let message: String

    init(message: String) { self.message = message }

    init(words: some Collection<UInt8>) {
        let scalars = String(decoding: words, as: UTF8.self).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
        }
        message = String(String.UnicodeScalarView(scalars))
    }

    /// Whether the code is `code`; servers before version 7 wrap the words of a command that failed inside a script.
    func has(_ code: String) -> Bool {
        message.hasPrefix(code) || (message.hasPrefix("ERR Error running script") && message.contains(code))
    }

    /// Whether the user may not use a command that a script uses, or a key; Redis 7.0 has no code for it.
    var isDenialInScript: Bool {
        message.contains("@user_script")
            && (message.contains("The user executing the script can't") || message.contains("ACL failure in script"))
    }
}
