import Foundation
import TestSupport
import Testing

/// A run on its own Redis servers, with shards and a listener as processes. All of them end with the object.
///
/// Endless runs (`endless`) are ended by the test, so no test depends on the speed of a sweep.
final class TestCluster {
    static let endless = "--iterations=1000000000"

    let servers: [RedisServer]
    /// The value of `--redis`.
    let address: String
    let folder: TemporaryDirectory
    let corpus: SmallCorpus
    let shards: Int
    /// A command, with its arguments, that executes shards and listener in its place.
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

    /// The folder to which all processes write.
    var output: String { folder("output") }

    /// Starts shard `number`, with the same command each time; if a flag occurs twice, the last one is used.
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

    /// Starts a listener that writes after every sweep of the slowest shard.
    func startListener(_ flags: String...) throws -> RunningTool {
        try BuiltTool.listener.through(launcher).start(
            [
                "--redis", address, "--run=data", "--write_every=1", "--poll_interval=0.01", "--output", output,
            ] + flags)
    }

    // MARK: Written files

    private func shardFolder(_ number: Int) -> String { shards > 1 ? "\(output)/shard-\(number)" : output }

    /// Returns the number of sweeps in the metrics of shard `number`.
    func sweeps(of number: Int) throws -> Int {
        try WrittenJSON.lines("\(shardFolder(number))/metrics.jsonl").count
    }

    /// Returns run.json of shard `number`.
    func record(of number: Int) throws -> [String: Any] {
        try WrittenJSON.object("\(shardFolder(number))/run.json")
    }

    /// Returns the listener's records, one per dump.
    func notes() throws -> [[String: Any]] { try WrittenJSON.lines("\(output)/dumps.jsonl") }

    /// Waits until `listener` has written `count` more dumps.
    func dumps(_ count: Int, by listener: RunningTool, deadline: Double = 60) async throws {
        let enough = try notes().count + count
        try await listener.until("\(count) more dumps", deadline: deadline) { try notes().count >= enough }
    }

    /// Waits until shard `number` has done one more sweep.
    func sweep(of number: Int, by shard: RunningTool) async throws {
        let enough = try sweeps(of: number) + 1
        try await shard.until("a sweep of shard \(number)") { try sweeps(of: number) >= enough }
    }

    /// Checks that every dump so far holds every token of the corpus under its word. Returns the number of dumps.
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

    // MARK: The contents of the store

    /// The keys of the run according to the schema.
    var keys: Set<String> {
        Set(
            ["dlda:{data}:run", "dlda:{data}:shards", "dlda:{data}:pace"]
                + (0..<4).flatMap { block in
                    ["", ":n"].map { "dlda:{data/\(block)}\($0)" }
                        + (0..<shards).map { "dlda:{data/\(block)}:c/\($0)" }
                }
                + (0..<shards).map { "dlda:{data/d/\($0)}" })
    }

    /// Returns every key with its value, as printed by redis-cli.
    func store() throws -> [String: String] {
        var contents: [String: String] = [:]
        for key in try server.command("KEYS", "*").split(separator: "\n").map(String.init) {
            let isCount = key.contains("}:n") || key.contains("}:c/")
            let reading =
                isCount ? ["GET", key] : key.hasSuffix(":pace") ? ["ZRANGE", key, "0", "-1"] : ["HGETALL", key]
            contents[key] = try server.command(reading)
        }
        return contents
    }

    /// Returns the last report of shard `number`; nil if there is none.
    func progress(of number: Int) throws -> [String: Any]? {
        let progress = Data(try server.command("HGET", "dlda:{data}:shards", "\(number)").utf8)
        return try? JSONSerialization.jsonObject(with: progress) as? [String: Any]
    }

    /// Returns the state that shard `number` last reported; nil if there is none.
    func state(of number: Int) throws -> String? { try progress(of: number)?["state"] as? String }
}

extension [RunningTool] {
    /// Waits until all processes have ended, and requires that they succeed.
    func succeed() async throws {
        for process in self {
            let outcome = try await process.outcome()
            try #require(outcome.status == 0, "\(outcome.error)")
        }
    }

    /// Requires that no process has ended.
    func expectAlive() throws {
        for process in self { try #require(process.isRunning, "\(process.error)") }
    }

    /// Sends SIGTERM to all processes and waits until they have ended.
    func stop() async throws {
        for process in self { process.send(SIGTERM) }
        try await succeed()
    }
}
