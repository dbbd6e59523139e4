import Foundation
import TestSupport
import Testing

@Suite("Shards that remove words agree on the words to keep")
struct ClusterWordsTests {
    private let folder: TemporaryDirectory
    private let data: String

    init() throws {
        folder = try TemporaryDirectory()
        let lines = (0..<60).map { line in
            (0..<line % 9).map { "word\(($0 * line) % 13)" }.joined(separator: " ") + "\n"
        }
        data = try folder.write(lines.joined(), to: "data")
    }

    private func arguments(_ output: String, _ flags: [String]) -> [String] {
        [
            "--document", data, "--output", folder(output), "--topics=2", "--iterations=3", "--cores=1", "--min-df=0.1",
            "--rm-top=1", "--max-vocab=6",
        ] + flags
    }

    private func removed(_ record: [String: Any]) -> NSArray? { record["removed"] as? NSArray }

    @Test("Two shards on Redis keep the same words as one process; a shard that starts late is waited for")
    func same() async throws {
        let alone = try await BuiltTool.shard.run(arguments("alone", []))
        #expect(alone.status == 0)
        let whole = try WrittenJSON.object(folder("alone/run.json"))

        let server = try RedisServer()
        let cluster = ["--redis", server.address, "--shards=2"]
        let first = try BuiltTool.shard.start(arguments("cluster", cluster + ["--this-shard=0"]))
        try await first.until("the wait for the other shard") { first.error.contains("waiting for the word counts") }
        let second = try await BuiltTool.shard.run(arguments("cluster", cluster + ["--this-shard=1"]))
        #expect(second.status == 0, "\(second.error)")
        let outcome = try await first.outcome()
        #expect(outcome.status == 0, "\(outcome.error)")

        let records = try (0..<2).map { try WrittenJSON.object(folder("cluster/shard-\($0)/run.json")) }
        for record in records { #expect(removed(record) == removed(whole)) }
        let tokens = records.compactMap { $0["tokens"] as? Int }.reduce(0, +)
        #expect(tokens == whole["tokens"] as? Int)
        let flush = try await BuiltTool.main.run(["store", "flush", "--redis", server.address, "--run=data"])
        #expect(flush.status == 0)
        #expect(try server.command("DBSIZE") == "0")
    }

    @Test("Shards with other limits are refused with both values")
    func mismatch() async throws {
        let server = try RedisServer()
        let cluster = ["--redis", server.address, "--shards=2"]
        let first = try BuiltTool.shard.start(
            arguments("cluster", cluster + ["--this-shard=0", "--iterations=100000"]))
        let second = try BuiltTool.shard.start(
            [
                "--document", data, "--output", folder("other"), "--topics=2", "--cores=1", "--min-df=7",
                "--this-shard=1",
            ]
                + cluster)
        // The shard that reaches the store second is refused; the other continues.
        try await first.until("the refusal of one of them") { !first.isRunning || !second.isRunning }
        let outcomes = [first, second].filter { !$0.isRunning }.map { $0.error }
        for shard in [first, second] { shard.send(SIGTERM) }
        let statuses = [try await first.outcome().status, try await second.outcome().status]
        #expect(statuses.sorted() == [0, 78], "\(outcomes)")
        #expect(outcomes.contains { $0.contains("--min-df=7") && $0.contains("--min-df=0.1") })
    }
}
