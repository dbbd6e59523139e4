import TestSupport
import Testing

@testable import RedisStore

@Suite("replies")
struct ReplyParserTests {
    private static let stream =
        "+OK\r\n-ERR no\r\n:-42\r\n$0\r\n\r\n$6\r\na\r\n$1\r\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n*2\r\n:1\r\n*0\r\n$1\r\n"
        + "x\r\n+\r\n"

    private static let replies: [RedisReply] = [
        .status(Array("OK".utf8)), .error(ServerError(message: "ERR no")), .integer(-42), .bulk([]),
        .bulk(Array("a\r\n$1\r".utf8)), .null, .null, .array([]),
        .array([.array([.integer(1), .array([])]), .bulk(Array("x".utf8)), .status([])]),
    ]

    private func parse(_ chunks: [[UInt8]], limits: ReplyParser.Limits = .init()) throws -> [RedisReply] {
        var parser = ReplyParser(limits: limits)
        var replies: [RedisReply] = []
        for chunk in chunks {
            parser.append(chunk)
            while let reply = try parser.next() { replies.append(reply) }
        }
        return replies
    }

    @Test("replies are the same wherever the stream is split in two")
    func cuts() throws {
        let bytes = Array(Self.stream.utf8)
        for cut in 0...bytes.count {
            #expect(try parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.replies, "cut at \(cut)")
        }
    }

    @Test("an error is a single line, whatever the server sends")
    func errorLine() throws {
        let replies = try parse([Array("-ERR a\nb\u{7}\u{85}c\r\n".utf8)])
        #expect(replies == [.error(ServerError(message: "ERR a\u{FFFD}b\u{FFFD}\u{FFFD}c"))])
    }

    @Test("replies are the same byte by byte, and a reply is returned as soon as it is complete")
    func bytewise() throws {
        #expect(try parse(Self.stream.utf8.map { [$0] }) == Self.replies)
        #expect(try parse([Array("*2\r\n:1\r\n:2\r".utf8)]) == [])
    }

    @Test("nested arrays end with their last element")
    func nesting() throws {
        let inner = RedisReply.array([.integer(1), .array([.null])])
        #expect(
            try parse([Array("*2\r\n*2\r\n:1\r\n*1\r\n$-1\r\n*2\r\n:1\r\n*1\r\n$-1\r\n:5\r\n".utf8)])
                == [.array([inner, inner]), .integer(5)])
    }

    @Test(
        "a limit applies as soon as a length is announced",
        arguments: [
            ("$11\r\n", "a string"), ("$9223372036854775807\r\n", "a string"), ("*6\r\n", "an array"),
            ("*4\r\n*2\r\n", "an array"), ("*1000000000\r\n", "an array"), ("*1\r\n*1\r\n*1\r\n", "a nest of arrays"),
            ("+123456789012345678901234", "a line"),
            ("*4\r\n$9\r\n123456789\r\n$9\r\n123456789\r\n+1234567890", "a reply"),
        ])
    func limits(stream: String, what: String) throws {
        let limits = ReplyParser.Limits(string: 10, elements: 5, depth: 2, line: 24, reply: 40)
        do {
            _ = try parse([Array(stream.utf8)], limits: limits)
            Issue.record("accepted")
        } catch ReplyParser.Fault.tooLarge(let found, _, _) {
            #expect(found == what)
        }
        #expect(try parse([Array("*5\r\n$10\r\n1234567890\r\n".utf8)], limits: limits) == [])
    }

    @Test("limits apply to each reply, not to the stream")
    func limitsAreOfOneReply() throws {
        let limits = ReplyParser.Limits(string: 10, elements: 2, depth: 1, line: 20, reply: 40)
        let reply = Array("*2\r\n$1\r\na\r\n$1\r\nb\r\n".utf8)
        #expect(try parse([Array(repeatElement(reply, count: 100).joined())], limits: limits).count == 100)
    }

    @Test("bytes that are not a reply are a fault, and not a sign of another server after the first reply")
    func garbage() {
        #expect(throws: ReplyParser.Fault.notRedis(Array("HTTP/1.1".utf8))) { try parse([Array("HTTP/1.1".utf8)]) }
        #expect(throws: ReplyParser.Fault.malformed(what: "a reply that begins with byte 72")) {
            try parse([Array("+OK\r\nHTTP/1.1".utf8)])
        }
    }

    @Test("no stream of bytes crashes the parser or makes it hold more than was received")
    func fuzz() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("+-:$*0123456789\r\n\r\n\r\nx".utf8)
        let limits = ReplyParser.Limits(string: 64, elements: 32, depth: 3, line: 64, reply: 256)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            let whole = try? parse([bytes], limits: limits)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let parts = try? parse([Array(bytes[..<cut]), Array(bytes[cut...])], limits: limits)
            #expect(whole == parts)
        }
    }
}
