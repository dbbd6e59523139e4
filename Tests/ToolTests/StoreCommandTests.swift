import CommandLineTools
import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

/// `dist-lda store` on runs whose shards are played by the test.
@Suite("dist-lda store")
struct StoreCommandTests {
    private let server: RedisServer

    init() throws { server = try RedisServer() }

    private func ledger(_ run: String, shards: Int = 1) throws -> FilledLedger {
        let store = RedisCountStore(run: try RunName(run), at: try RedisAddress(parsing: server.address))
        return try FilledLedger(in: store, document: "\(run).txt", blocks: 4, shards: shards)
    }

    private func store(_ arguments: String...) async throws -> BuiltTool.Outcome {
        try await BuiltTool.main.run(["store"] + arguments + ["--redis", server.address])
    }

    private func object(_ outcome: BuiltTool.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private let words: FilledLedger.Rows = [("ape", [2, 1]), ("bee", [0, 4])]

    // MARK: status

    @Test("Without --run, status prints a line for each run, including one that cannot be read")
    func runs() async throws {
        try ledger("b", shards: 2).put(words, shard: 1, sweep: 3)
        _ = try ledger("a\u{7E}")
        try server.command("HSET", "dlda:{c}:run", "id", "?")
        let list = try await store("status")
        #expect(
            list
                == .init(
                    status: 0,
                    output: """
                        RUN  SHARDS  TOPICS  BLOCKS  DOCUMENTS  FROM
                        a~   1       2       4       2          a~.txt
                        b    2       2       4       2          b.txt
                        c    ?       ?       ?       ?          ?

                        """, error: ""))
        let runs = try #require(try object(await store("status", "--json"))["runs"] as? [[String: Any]])
        #expect(runs.map { $0["run"] as? String } == ["a~", "b", "c"])
        #expect(runs.map { ($0["manifest"] as? [String: Any])?["shards"] as? Int } == [1, 2, nil])
    }

    @Test("With --run, status prints the settings, the memory and the traffic of the run and the state of each shard")
    func status() async throws {
        try ledger("b", shards: 2).put(words, shard: 1, sweep: 3)
        let status = try await store("status", "--run=b")
        #expect(status.status == 0 && status.error == "")
        let lines = status.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 6)
        #expect(
            lines[0]
                == "run b: shards 2, cores 1, topics 2, alpha 0.1, beta 0.1, seed 1, documents 2 from b.txt")
        #expect(lines[1].hasPrefix("blocks 4 of 4, ") && lines[1].hasSuffix(" in use at Redis at \(server.address)"))
        #expect(lines[2].hasPrefix("since it started, all its clients: ") && lines[2].contains("evalsha "))
        #expect(lines[3].split(separator: " ").first == "SHARD")
        #expect(lines[4] == "0      has not reported")
        let columns = lines[5].split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        #expect(columns[..<6] == ["1", "sampling", "3", "of", "10", "0"])
        #expect(columns[9...] == ["7", "0", "-", "0", "test", "1", "1"])

        let json = try object(await store("status", "--run=b", "--json"))
        let shards = try #require(json["shards"] as? [Any])
        let shard = try #require(shards.last as? [String: Any])
        #expect(shards.first is NSNull)
        #expect(shard["tokens"] as? Int == 7 && shard["state"] as? String == "sampling")
        #expect(try #require(shard["silent_seconds"] as? Double) >= 0)
        let usage = try #require(json["store"] as? [String: Int])
        #expect(usage["blocks"] == 4)
        let bytes = try #require(usage["run_bytes"])
        #expect(bytes > 400 && bytes < usage["used_bytes"] ?? 0)
        let traffic = try #require(json["server_traffic"] as? [String: Any])
        #expect((traffic["received_bytes"] as? Int ?? 0) > 0 && (traffic["sent_bytes"] as? Int ?? 0) > 0)
        let commands = try #require(traffic["commands"] as? [String: [String: Int]])
        #expect(commands["evalsha"]?["calls"] ?? 0 > 0)

        try server.command("DEL", "dlda:{b/2}")
        #expect((try object(await store("status", "--run=b", "--json"))["store"] as? [String: Int])?["blocks"] == 3)
        #expect(try await store("status", "--run=nothing").status == 69)
    }

    @Test("A user without the rights to read memory and traffic sees the rest")
    func fewRights() async throws {
        try ledger("b").put(words)
        try server.command("ACL", "SETUSER", "default", "-memory")
        let fewer = try await store("status", "--run=b")
        #expect(fewer.status == 0)
        #expect(fewer.output.contains("memory and traffic are not known: the store refuses MEMORY"))
        #expect(fewer.output.contains("\n0      sampling"))
        #expect(try object(await store("status", "--run=b", "--json"))["store"] is NSNull)
    }

    // MARK: words and topics

    @Test("words prints the topics of words, and topics prints the top words")
    func model() async throws {
        let ledger = try ledger("m", shards: 2)
        try ledger.put([("ape", [2, 1]), ("bee", [0, 4]), ("\u{1B}x", [1, 0])], shard: 0)
        try ledger.put([("bee", [9, 0])], shard: 1)
        let words = try await store("words", "--run=m", "bee", "gnu", "ape")
        #expect(
            words
                == .init(
                    status: 0,
                    output: """
                        WORD  TOKENS  TOPIC:TOKENS
                        bee   13      0:9 1:4
                        gnu   0
                        ape   3       0:2 1:1

                        """, error: ""))
        let found = try #require(
            try object(await store("words", "--run=m", "--limit=1", "--json", "bee"))["words"] as? [[String: Any]])
        #expect(found.count == 1)
        #expect(found[0]["tokens"] as? Int == 13 && found[0]["block"] as? Int == ledger.block(of: Array("bee".utf8)))
        #expect(found[0]["topics"] as? [[String: Int]] == [["topic": 0, "count": 9]])

        let topics = try await store("topics", "--run=m", "--top=2")
        #expect(topics == .init(status: 0, output: "0   70.6%  bee ape\n1   29.4%  bee ape\n", error: ""))
        #expect(try await store("topics", "--run=m", "1").output == "1   29.4%  bee ape\n")
        let one = try #require(
            try object(await store("topics", "--run=m", "--json", "0"))["topics"] as? [[String: Any]])
        #expect(one.count == 1 && one[0]["topic"] as? Int == 0)
        let list = try #require(one[0]["words"] as? [[String: Any]])
        #expect(list.map { $0["word"] as? String } == ["bee", "ape", "\u{1B}x"])
        #expect(list.map { $0["count"] as? Int } == [9, 2, 1])
        let missing = try await store("topics", "--run=m", "2")
        #expect(missing.status == 64)
        #expect(missing.error == "dist-lda: topic 2 is not one of run m: give numbers from 0 to 1\n")
    }

    @Test("words reads only the blocks of its words; a block that violates the law is not shown")
    func damagedBlock() async throws {
        let ledger = try ledger("m")
        try ledger.put(words)
        let block = ledger.block(of: Array("bee".utf8))
        let other = try #require((0..<100).map { "w\($0)" }.first { ledger.block(of: Array($0.utf8)) != block })
        try server.command("SET", "dlda:{m/\(block)}:n", "x")
        #expect(try await store("words", "--run=m", other).status == 0)
        for outcome in [try await store("words", "--run=m", other, "bee"), try await store("topics", "--run=m")] {
            #expect(outcome.status == 75 && outcome.output == "")
            #expect(outcome.error.contains("value n of block \(block) is damaged"))
        }
    }

    // MARK: remove-shard

    @Test("remove-shard refuses a shard that the run does not have, and one that is alive")
    func refusals() async throws {
        try ledger("m", shards: 2).put(words, shard: 1)
        let foreign = try await store("remove-shard", "--run=m", "--shard=2")
        #expect(foreign.status == 64)
        #expect(foreign.error == "dist-lda: --shard is 2 but run m has 2 shards: give a number from 0 to 1\n")
        let before = try server.command("HGETALL", "dlda:{m}:shards")
        let alive = try await store("remove-shard", "--run=m", "--shard=1")
        #expect(alive.status == 75 && alive.output == "")
        #expect(alive.error.hasPrefix("dist-lda: shard 1 is alive: process "))
        #expect(alive.error.hasSuffix("or use --force, which ends it with exit code 76\n"))
        #expect(try server.command("HGETALL", "dlda:{m}:shards") == before)
    }

    @Test("remove-shard removes a shard that is silent or was stopped, and its documents")
    func removal() async throws {
        let ledger = try ledger("m", shards: 3)
        for shard in 0..<3 { try ledger.put(words, shard: shard, state: .stopped, documents: 1, publishes: true) }
        let removed = try await store("remove-shard", "--run=m", "--shard=1")
        #expect(removed == .init(status: 0, output: "removed shard 1 from run m: its 7 tokens\n", error: ""))
        #expect(try await store("words", "--run=m", "bee").output.contains("bee   8 "))
        let status = try #require(try object(await store("status", "--run=m", "--json"))["shards"] as? [[String: Any]])
        #expect(status.map { $0["state"] as? String } == ["stopped", "removed", "stopped"])
        #expect(status.map { $0["tokens"] as? Int } == [7, 0, 7])

        // The last report is set back by a minute.
        try ledger.put(words, shard: 2)
        let heard = Int(Date().timeIntervalSince1970 * 1000) - 60_000
        try server.command("HSET", "dlda:{m}:shards", "h/2", "\(heard)")
        #expect(try await store("remove-shard", "--run=m", "--shard=2").status == 0)
        #expect(try await store("words", "--run=m", "bee").output.contains("bee   4 "))
        #expect(try await store("audit", "--run=m").status == 0)
    }

    // MARK: flush

    @Test("flush removes one run and nothing else")
    func flush() async throws {
        for run in ["a", "ab", "a-b"] {
            let ledger = try ledger(run)
            try ledger.put(words, state: .finished, documents: 1, publishes: true)
            try ledger.publish([("d", [2, 5])])
        }
        try server.command("SET", "dlda:other", "mine")
        let before = Set(try server.command("KEYS", "*").split(separator: "\n"))

        let outcome = try await store("flush", "--run=a")
        #expect(
            outcome
                == .init(
                    status: 0,
                    output: "removed run a (shards: 1, topics: 2, blocks: 4) from Redis at \(server.address)\n",
                    error: ""))
        let after = Set(try server.command("KEYS", "*").split(separator: "\n"))
        #expect(after == before.filter { !$0.hasPrefix("dlda:{a}") && !$0.hasPrefix("dlda:{a/") })
        #expect(after.count < before.count)

        let again = try await store("flush", "--run=a")
        #expect(again.status == 69)
        #expect(again.error.hasPrefix("dist-lda: run a is not in the store"))
    }

    @Test("flush names the shards that are still running")
    func flushAlive() async throws {
        try ledger("a").put(words)
        let outcome = try await store("flush", "--run=a")
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("shards still running: 0"))
    }
}
