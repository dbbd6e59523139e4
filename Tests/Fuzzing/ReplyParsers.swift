import Counts
import RedisStore
import TestSupport

@testable import RedisStore

/// Parsers of the replies of a server.
extension Parser {
    static let replies = [
        Parser(
            name: "replies",
            words: [
                "$-1\r\n", "*-1\r\n", "*3\r\n", ":1\r\n", "$9223372036854775807\r\n", "+OK\r\n", "-MOVED 7 h:1\r\n",
            ],
            samples: { _ in
                [
                    "+OK\r\n-ERR no\r\n:-42\r\n$0\r\n\r\n$6\r\na\r\n$1\r\r\n$-1\r\n*-1\r\n*0\r\n",
                    "*2\r\n*4\r\n:0\r\n:99\r\n*2\r\n$1\r\nh\r\n:1\r\n*2\r\n$3\r\n::1\r\n:2\r\n*3\r\n:100\r\n"
                        + ":16383\r\n*2\r\n$-1\r\n:7\r\n",
                ].map { [3] + Array($0.utf8) } + [[9] + Array(fields(manifest).utf8)]
            },
            read: { bytes, _ in
                var choices = Choices(bytes)
                let cut = choices.byte()
                let stream = Array(choices.rest)
                let (whole, parts) = (
                    parse([stream]), parse([Array(stream.prefix(cut)), Array(stream.dropFirst(cut))])
                )
                try require(whole == parts, "the replies differ if they are split after \(cut) bytes")
                for reply in whole ?? [] { try check(reply) }
            }),
        Parser(
            name: "store",
            words: [
                "$2\r\nid\r\n", "$6\r\nblocks\r\n", "$16\r\n0123456789abcdef\r\n", "*-1\r\n",
                ":9223372036854775807\r\n", "$1\r\n0\r\n", "$3\r\nt/0\r\n", "$3\r\n:n\r\n", "$6\r\n:c/0\r\n",
                "$3\r\ng/0\r\n", "$3\r\nh/0\r\n",
                "-WRONGTYPE ", "-NOSCRIPT ", "-ERR ", "used_memory:", "cmdstat_get:calls=", "maxmemory:0",
            ],
            samples: { _ in storeSamples },
            read: { bytes, folder in try StoreAnswers(bytes, folder).check() }),
    ]

    private static func parse(_ chunks: [[UInt8]]) -> [RedisReply]? {
        var parser = ReplyParser(limits: .init(string: 256, elements: 64, depth: 4, line: 256, reply: 1024))
        var replies: [RedisReply] = []
        for chunk in chunks {
            parser.append(chunk)
            do { while let reply = try parser.next() { replies.append(reply) } } catch { return nil }
        }
        return replies
    }

    /// Checks what is computed from replies without a server: the map of a cluster, slots of keys, a manifest.
    private static func check(_ reply: RedisReply) throws {
        for range in SlotRange.all(in: reply) ?? [] {
            try require(range.slots.upperBound < HashSlot.count, "a slot after the last one")
        }
        if let error = reply.error { _ = error.message.split(separator: " ").map { SlotRange.Place($0) } }
        if let text = reply.text { try require((0..<HashSlot.count).contains(HashSlot(of: text).number), "not a slot") }
        guard let strings = RedisCountStore.strings(reply),
            case let manifest?? = try accepted(
                or: RunManifest.InvalidSetting.self, { try StoredManifest.manifest(of: strings) })
        else { return }
        let fields = Dictionary(uniqueKeysWithValues: StoredManifest.fields(of: manifest))
        try require(try StoredManifest.manifest(of: fields) == manifest, "the manifest differs when written again")
    }

    private static let manifest = RunManifest(
        id: 7, document: "d", topics: 2, alpha: 0.1, beta: 0.01, seed: 1, blocks: 1, shards: 1, cores: 1,
        corpusDigest: 1, documents: 2)

    private static func fields(_ manifest: RunManifest) -> String {
        array(StoredManifest.fields(of: manifest).flatMap { [$0.0, $0.1] })
    }

    private static func array(_ strings: [String]) -> String {
        "*\(strings.count)\r\n" + strings.map(FakeServer.bulk).joined()
    }

    private static var storeSamples: [[UInt8]] {
        let progress =
            "{\"documents\":1,\"exchanges\":1,\"host\":\"h\",\"iterations\":9,\"pid\":1,\"publishes_documents\":false,"
            + "\"shard\":0,\"state\":\"sampling\",\"sweep\":1,\"tokens\":1,\"tokens_per_second\":1}"
        let block = array([
            "v", "0123456789abcdef", "t/0", "7 1 0123456789abcdef", ":n", "0123456789abcdefDLR1", ":c/0", "x",
        ])
        let answers = [
            fields(manifest),
            array(["0", progress, "g/0", "7", "h/0", "1000"]) + array(["2", "5"]),
            "*4\r\n$16\r\n0123456789abcdef\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n", block, block,
            array(["0", "g"]) + FakeServer.bulk("x"), array(["0000000000000007/0", "x"]),
            FakeServer.bulk("used_memory:5\r\n") + FakeServer.bulk("total_net_input_bytes:5\r\n")
                + FakeServer.bulk("cmdstat_get:calls=2,usec=10\r\n")
                + FakeServer.bulk(String(repeating: "a", count: 40))
                + String(repeating: ":5\r\n", count: 2 + 4 + WordCounts.parts),
            "*2\r\n$1\r\n0\r\n*1\r\n$10\r\ndlda:{r}:run\r\n", fields(manifest) + ":1\r\n:1\r\n:1\r\n",
            FakeServer.bulk("5") + "+done\r\n", array(["1", "1", "0", "3"]),
        ]
        return answers.enumerated().map { [UInt8($0)] + Array($1.utf8) }
            + [[32] + Array((FakeServer.introduction.joined() + answers[0]).utf8)]
    }
}

/// A store whose server sends the given bytes and then closes the connection.
private struct StoreAnswers {
    private let store: RedisCountStore
    private let server: OneTimeServer
    private let question: Int

    init(_ bytes: [UInt8], _ folder: TemporaryDirectory) throws {
        var choices = Choices(bytes)
        question = choices.byte()
        var answers = Array(choices.rest)
        // A server that is a node of a cluster could name any other server, to which the store would connect.
        let mayIntroduceItself = question & 32 != 0 && !answers.contains("cluster".utf8)
        if !mayIntroduceItself { answers = FakeServer.introduction.flatMap { Array($0.utf8) } + answers }
        server = try OneTimeServer(at: folder("socket"), saying: answers)
        store = RedisCountStore(run: try RunName("r"), at: RedisServers(RedisAddress(.unix(path: server.path))))
    }

    func check() throws {
        _ = try accepted(or: CountStoreError.self, ask)
    }

    private func ask() throws {
        switch question % 16 {
        case 0: _ = try store.manifest()
        case 1: for status in try store.statuses() { _ = (status.isAlive(deadAfter: 10), Int(status.silence)) }
        case 2: _ = try store.read([BlockRequest(block: 0, shard: 0)])
        case 3:
            for record in try store.records(of: 0..<1) { _ = try? VerifiedBlock(record, block: 0, columns: 2) }
        case 4: _ = try store.tags(ofShard: 0, blocks: 0..<2)
        case 5: _ = try store.documents(ofShard: 0)
        case 6: _ = try store.wordCounts(part: 0, key: 7)
        case 7:
            _ = try store.usage(
                of: RunManifest(
                    id: 7, document: "d", topics: 2, alpha: 1, beta: 1, seed: 1, blocks: 2, shards: 1, cores: 1,
                    corpusDigest: 1, documents: 2))
        case 8: _ = try store.runs()
        case 9: _ = try store.removeRun()
        case 10: _ = try store.claim(shard: 0, proposed: Generation(5))
        case 11: _ = try store.pace(deadAfter: 10)
        case 12: try store.publish(documents: [1], chunk: 0, ofShard: 0, generation: Generation(5))
        default:
            if let manifest = try store.manifest() { _ = try store.usage(of: manifest) }
        }
    }
}
