/// Splits a stream of bytes into replies without trusting the lengths in it.
///
/// A server may announce any length (`*1000000000`, `$9223372036854775807`). No memory is reserved for announced data;
/// only received bytes are kept, and a reply over the limits is a fault. This is why replies are not read by hiredis:
/// its reader in version 0.14 allocates the announced array before the first element has been received, and the
/// callbacks that could prevent this have a different type in version 1.x.
///
/// `next` first scans the headers that have been received (each once, so O(bytes) regardless of how the stream is
/// split), and decodes a reply when it is complete. After a fault the rest of the stream cannot be interpreted, and the
/// connection has to be closed.
struct ReplyParser {
    struct Limits: Sendable {
        /// The bytes of one string. Redis's own limit is 512 MB.
        var string = 512 << 20
        /// The elements of one reply, summed over all its arrays.
        var elements = 1 << 20
        /// The levels of nested arrays.
        var depth = 4
        /// The bytes of a line: a status, an error, a length.
        var line = 64 << 10
        /// The bytes of one reply.
        var reply = 1 << 30
    }

    enum Fault: Error, Sendable, Equatable {
        /// The stream does not begin like a reply of Redis. The value is its first bytes.
        case notRedis([UInt8])
        /// A reply exceeds a limit. The values are the part that is too large, its announced or received size, and the
        /// limit.
        case tooLarge(what: String, size: Int64, limit: Int)
        /// The bytes are not a valid reply.
        case malformed(what: String)
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    /// The start of the current reply.
    private var start = 0
    /// The first byte that has not been scanned.
    private var cursor = 0
    /// The number of elements still expected, for each array around the cursor.
    private var open: [Int] = []
    private var elements = 0
    private var repliesSoFar = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if start == buffer.count || start > max(1 << 20, buffer.count / 2) {
            buffer.removeSubrange(..<start)
            if buffer.isEmpty, buffer.capacity > 1 << 20 { buffer = [] }
            (cursor, start) = (cursor - start, 0)
        }
        buffer.append(contentsOf: bytes)
    }

    /// Returns the next complete reply; nil if more bytes are needed.
    mutating func next() throws(Fault) -> RedisReply? {
        while true {
            guard try skipItem() else {
                if buffer.count - start > limits.reply {
                    throw .tooLarge(what: "a reply", size: Int64(buffer.count - start), limit: limits.reply)
                }
                return nil
            }
            while let last = open.last, last == 0 { open.removeLast() }
            guard open.isEmpty else { continue }
            var position = start
            let reply = decode(&position)
            (start, elements) = (cursor, 0)
            repliesSoFar += 1
            return reply
        }
    }

    /// Moves the cursor past one string, number or array header. Returns false if it has not been received completely.
    private mutating func skipItem() throws(Fault) -> Bool {
        guard cursor < buffer.count else { return false }
        let kind = buffer[cursor]
        guard "+-:$*".utf8.contains(kind) else {
            if repliesSoFar == 0, cursor == start { throw .notRedis(Array(buffer[start...].prefix(40))) }
            throw .malformed(what: "a reply that begins with byte \(kind)")
        }
        guard let end = try lineEnd() else { return false }
        var next = end + 2
        switch kind {
        case UInt8(ascii: "$"):
            let length = try number(before: end)
            if length > Int64(limits.string) { throw .tooLarge(what: "a string", size: length, limit: limits.string) }
            if length >= 0 {
                next += Int(length) + 2
                guard next <= buffer.count else { return false }
                guard buffer[next - 2] == 0x0D, buffer[next - 1] == 0x0A else {
                    throw .malformed(what: "a string that does not end where it should")
                }
            }
        case UInt8(ascii: "*"):
            let count = try number(before: end)
            if count > Int64(limits.elements - elements) {
                throw .tooLarge(what: "an array", size: count, limit: limits.elements)
            }
            if open.count == limits.depth {
                throw .tooLarge(what: "a nest of arrays", size: Int64(limits.depth + 1), limit: limits.depth)
            }
            if !open.isEmpty { open[open.count - 1] -= 1 }
            open.append(Int(max(count, 0)))
            elements += Int(max(count, 0))
            cursor = next
            return true
        case UInt8(ascii: ":"):
            _ = try number(before: end, minimum: .min)
        default:
            break
        }
        if !open.isEmpty { open[open.count - 1] -= 1 }
        cursor = next
        return true
    }

    /// Returns the end of the line at the cursor (the index of its CR); nil if it has not been received completely.
    private func lineEnd() throws(Fault) -> Int? {
        let limit = min(buffer.count, cursor + limits.line)
        var index = cursor + 1
        while index < limit, buffer[index] != 0x0D { index += 1 }
        if index >= cursor + limits.line {
            throw .tooLarge(what: "a line", size: Int64(index - cursor), limit: limits.line)
        }
        guard index + 1 < buffer.count else { return nil }
        guard buffer[index + 1] == 0x0A else { throw .malformed(what: "a line with a lone carriage return") }
        return index
    }

    private func number(before end: Int, minimum: Int64 = -1) throws(Fault) -> Int64 {
        guard let value = Self.integer(buffer[cursor + 1..<end]), value >= minimum else {
            throw .malformed(what: "an invalid length or number")
        }
        return value
    }

    private static func integer(_ digits: ArraySlice<UInt8>) -> Int64? {
        Int64(String(decoding: digits, as: UTF8.self))
    }

    /// Decodes the reply at `position`, which has been scanned and is complete and well formed.
    private func decode(_ position: inout Int) -> RedisReply {
        let kind = buffer[position]
        var end = position + 1
        while buffer[end] != 0x0D { end += 1 }
        let line = buffer[position + 1..<end]
        position = end + 2
        switch kind {
        case UInt8(ascii: "+"): return .status(Array(line))
        case UInt8(ascii: "-"): return .error(ServerError(words: line))
        case UInt8(ascii: ":"): return .integer(Self.integer(line) ?? 0)
        default: break
        }
        guard let length = Self.integer(line), length >= 0 else { return .null }
        if kind == UInt8(ascii: "$") {
            defer { position += Int(length) + 2 }
            return .bulk(Array(buffer[position..<position + Int(length)]))
        }
        var elements: [RedisReply] = []
        for _ in 0..<length { elements.append(decode(&position)) }
        return .array(elements)
    }
}
