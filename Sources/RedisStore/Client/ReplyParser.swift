/// Cuts a stream of bytes into replies, and believes none of the lengths in it.
///
/// A server may announce any length (`*1000000000`, `$9223372036854775807`): nothing is reserved for what is announced,
/// only what has come is kept, and a reply over the limits is a fault. This is why replies are not read by hiredis:
/// its reader, in 0.14, allocates the announced array before the first element has come, and the callbacks by which one
/// could forbid it have another type in 1.x.
///
/// `next` first walks over the headers that have come (each once, so O(bytes) however they are cut), and decodes a
/// reply when it is whole. After a fault the stream has no meaning; the connection is closed.
struct ReplyParser {
    struct Limits: Sendable {
        /// Bytes of one string. Redis's own limit is 512 MB.
        var string = 512 << 20
        /// Elements of one reply, all arrays in it together.
        var elements = 1 << 20
        /// Arrays in arrays.
        var depth = 4
        /// Bytes of a line: a status, an error, a length.
        var line = 64 << 10
        /// Bytes of one reply.
        var reply = 1 << 30
    }

    enum Fault: Error, Sendable, Equatable {
        /// The stream does not begin as an answer of Redis does; the first bytes of it.
        case notRedis([UInt8])
        /// A reply above a limit: what is too large, its size as announced or as it has come, and the limit.
        case tooLarge(what: String, size: Int64, limit: Int)
        /// Bytes that are no reply.
        case malformed(what: String)
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    /// Where the reply under way begins.
    private var start = 0
    /// The first byte not yet walked over.
    private var cursor = 0
    /// For each array around the cursor, the elements still to come.
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

    /// The next whole reply; nil if more bytes are needed.
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

    /// Moves the cursor past one string, number or array header, if all of it has come.
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

    /// Where the line at the cursor ends (at its CR); nil if it has not come whole.
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
            throw .malformed(what: "a length or number that is none")
        }
        return value
    }

    private static func integer(_ digits: ArraySlice<UInt8>) -> Int64? {
        Int64(String(decoding: digits, as: UTF8.self))
    }

    /// Decodes the reply at `position`, which the walk has found whole and well formed.
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
