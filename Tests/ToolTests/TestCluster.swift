import Foundation
import TestSupport
import Testing

/// A run on Redis servers of its own: shards and a listener as processes, all of which end with it.
///
/// Runs without end (`endless`) are ended by the test, so no test depends on how fast a sweep is.
final class TestCluster {
    static let endless = "--iterations=1000000000"

    let servers: [RedisServer]
    /// What `--redis` names.
    let address: String
    let folder: TemporaryDirectory
    let corpus: SmallCorpus
    let shards: Int
    /// The words of a command that runs a tool as its own continuation, before those of shards and listener.
    var launcher: [String] = []

    convenience init(shards: Int, corpus: SmallCorpus = SmallCorpus()) throws {
        let server = try RedisServer()
        try self.init(shards: shards, corpus: corpus, on: [server], address: server.address)
    }

    init(shards: Int, corpus: SmallCorpus = SmallCorpus(), on servers: [RedisServer], address: String) throws {
        (self.servers, self.address) = (servers, address)
        folder = try TemporaryDirectory()
        self.corpus = corpus
        self.shards = shards
        try folder.write(corpus.text, to: "data")
    }

    /// The first, or only, server.
    var server: RedisServer { servers[0] }

    /// The folder all write to.
    var output: String { folder("output") }

    /// Starts shard `number` with the same command each time; of `flags` that stand twice the last one counts.
    func start(_ number: Int, _ flags: [String]) throws -> RunningTool {
        try BuiltTool.shard.through(launcher).start(arguments(number, flags))
    }

    /// Runs shard `number` to its end.
    func run(_ number: Int, _ flags: [String], document: String = "data") async throws -> BuiltTool.Outcome {
        try await BuiltTool.shard.run(arguments(number, flags, document: document))
    }

    private func arguments(_ number: Int, _ flags: [String], document: String = "data") -> [String] {
        [
            "--document", folder(document), "--redis", address, "--shards=\(shards)", "--this_shard=\(number)",
            "--topics=4", "--cores=1", "--blocks=4", "--output", output,
            "--connect-timeout=60",
        ] + flags
    }

    /// Starts all shards.
    func startAll(_ flags: [String]) throws -> [RunningTool] {
        try (0..<shards).map { try start($0, flags) }
    }

    /// Starts a listener that writes whenever there is something new.
    func startListener(_ flags: String...) throws -> RunningTool {
        try BuiltTool.listener.through(launcher).start(
            [
                "--redis", address, "--run=data", "--write_every=1", "--poll_interval=0.01", "--output", output,
            ] + flags)
    }

    // MARK: What they have written

    private func shardFolder(_ number: Int) -> String { shards > 1 ? "\(output)/shard-\(number)" : output }

    /// Sweeps that shard `number` has noted since it was last started.
    func sweeps(of number: Int) throws -> Int {
        try WrittenJSON.lines("\(shardFolder(number))/metrics.jsonl").count
    }

    /// run.json of shard `number`.
    func record(of number: Int) throws -> [String: Any] {
        try WrittenJSON.object("\(shardFolder(number))/run.json")
    }

    /// The listener's notes, one a dump.
    func notes() throws -> [[String: Any]] { try WrittenJSON.lines("\(output)/dumps.jsonl") }

    /// Waits until `count` more dumps have been written, by `listener`.
    func dumps(_ count: Int, by listener: RunningTool, deadline: Double = 60) async throws {
        let enough = try notes().count + count
        try await listener.until("\(count) more dumps", deadline: deadline) { try notes().count >= enough }
    }

    /// Waits until shard `number` has done a sweep more.
    func sweep(of number: Int, by shard: RunningTool) async throws {
        let enough = try sweeps(of: number) + 1
        try await shard.until("a sweep of shard \(number)") { try sweeps(of: number) >= enough }
    }

    /// Every token of the corpus is in every dump so far, under its own word. Returns how many there are.
    @discardableResult
    func expectExactDumps(removing: Bool = false) throws -> Int {
        let paths = try ModelDump.paths(in: output)
        #expect(!paths.isEmpty)
        for path in paths {
            #expect(try ModelDump(path: path).wordTotals == corpus.wordTotals, "\(path)")
            if removing { try FileManager.default.removeItem(atPath: path) }
        }
        #expect(try notes().allSatisfy { $0["tokens"] as? Int == corpus.tokens && $0["verified"] as? Bool == true })
        return paths.count
    }

    // MARK: What is in the store

    /// The keys of the run, by the schema.
    var keys: Set<String> {
        Set(
            ["dlda:{data}:run", "dlda:{data}:shards"]
                + (0..<4).flatMap { block in
                    ["", ":n"].map { "dlda:{data/\(block)}\($0)" }
                        + (0..<shards).map { "dlda:{data/\(block)}:c/\($0)" }
                }
                + (0..<shards).map { "dlda:{data/d/\($0)}" })
    }

    /// Every key with its value, as redis-cli prints it.
    func store() throws -> [String: String] {
        var contents: [String: String] = [:]
        for key in try server.command("KEYS", "*").split(separator: "\n").map(String.init) {
            let isCount = key.contains("}:n") || key.contains("}:c/")
            contents[key] = try server.command(isCount ? "GET" : "HGETALL", key)
        }
        return contents
    }

    /// What shard `number` last reported, nil before.
    func progress(of number: Int) throws -> [String: Any]? {
        let progress = Data(try server.command("HGET", "dlda:{data}:shards", "\(number)").utf8)
        return try? JSONSerialization.jsonObject(with: progress) as? [String: Any]
    }

    /// The state that shard `number` last reported, nil before.
    func state(of number: Int) throws -> String? { try progress(of: number)?["state"] as? String }
}

extension [RunningTool] {
    /// Waits until all have ended, which they must do well.
    func succeed() async throws {
        for process in self {
            let outcome = try await process.outcome()
            try #require(outcome.status == 0, "\(outcome.error)")
        }
    }

    /// None of them has ended.
    func expectAlive() throws {
        for process in self { try #require(process.isRunning, "\(process.error)") }
    }

    /// Asks all to end, and waits until they have.
    func stop() async throws {
        for process in self { process.send(SIGTERM) }
        try await succeed()
    }
}
