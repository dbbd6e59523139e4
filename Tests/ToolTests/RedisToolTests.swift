import CommandLineTools
import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("The tools and a Redis server")
struct RedisToolTests {
    private func ledger(_ run: String, in server: RedisServer, shards: Int = 1) throws -> FilledLedger {
        let store = RedisCountStore(run: try RunName(run), at: try RedisAddress(parsing: server.address))
        return try FilledLedger(in: store, document: "\(run).txt", blocks: 4, shards: shards)
    }

    private let words: FilledLedger.Rows = [("ape", [2, 1]), ("bee", [0, 4])]

    // MARK: dist-lda store

    @Test("The password is read from the address or the environment, and a wrong one is never shown")
    func passwords() async throws {
        let server = try RedisServer("--requirepass", "s3cret")
        let socket = server.address
        let none = try await BuiltTool.main.run("store", "status", "--redis", socket)
        #expect(none.status == 77)
        #expect(none.error.contains("NOAUTH"))
        let right = try await BuiltTool.main.run(
            ["store", "status", "--redis", socket], environment: ["DIST_LDA_REDIS_PASSWORD": "s3cret"])
        #expect(right == .init(status: 0, output: "RUN  SHARDS  TOPICS  BLOCKS  DOCUMENTS  FROM\n", error: ""))
        let wrong = try await BuiltTool.main.run(
            ["store", "status", "--redis", socket], environment: ["DIST_LDA_REDIS_PASSWORD": "gu3ss"])
        #expect(wrong.status == 77)
        #expect(!(wrong.error + wrong.output).contains("gu3ss"))
    }

    @Test(
        "A password in the arguments is hidden in the process list",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/cmdline"), "needs /proc"))
    func processList() async throws {
        let folder = try TemporaryDirectory()
        let process = try BuiltTool.listener.start([
            "--redis=redis://me:s3cret@127.0.0.1:1/2", "--run=a", "--output", folder.path, "--connect-timeout=60",
        ])
        func arguments() -> String {
            let data = FileManager.default.contents(atPath: "/proc/\(process.identifier)/cmdline") ?? Data()
            return String(decoding: data, as: UTF8.self)
        }
        try await process.until("the password to be hidden") { arguments().contains("redis://me:******@127.0.0.1:1/2") }
        #expect(process.isRunning)
    }

    // MARK: dist-lda-listener

    @Test("The listener writes the model after every step of the slowest shard, and ends with the run")
    func listener() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        let ledger = try ledger("kos", in: server, shards: 2)
        let process = try BuiltTool.listener.start([
            "--redis", server.address, "--write_every=2", "--poll-interval=0.01", "--output", folder.path,
        ])
        try ledger.put(words, shard: 0, sweep: 1)
        try await process.until("a message about the shard that is missing") { process.error.contains("shard 1") }
        #expect(try lines(in: folder).isEmpty)

        try ledger.put([("bee", [3, 0])], shard: 1, sweep: 3)
        try await process.until("the first file") { try lines(in: folder).count == 1 }
        try ledger.put(words, shard: 0, sweep: 3)
        try await process.until("the second file") { try lines(in: folder).count == 2 }
        try ledger.put(words, shard: 0, sweep: 4, state: .finished)
        try ledger.put([("bee", [3, 0])], shard: 1, sweep: 4, state: .finished)
        let outcome = try await process.outcome()
        #expect(outcome.status == 0)
        #expect(outcome.output == "")

        let written = try lines(in: folder)
        #expect(written.map { $0["iterations"] as? Int } == [4, 6, 8])
        #expect(written.allSatisfy { $0["tokens"] as? Int == 10 && $0["verified"] as? Bool == true })
        #expect(written.map { $0["sweeps"] as? [Int] } == [[1, 3], [3, 3], [4, 4]])
        let names = written.compactMap { $0["file"] as? String }
        #expect(
            names == [2, 3, 4].map { "MODEL_lda-kos.txt-T2-alpha0.100-beta0.100-effective_iter=\($0).json.gz" })
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == Set(names + ["dumps.jsonl"]))
        let dump = try WrittenJSON.object(folder(names[2]))
        #expect(dump["w"] as? [String: [String: Int]] == ["0": ["ape": 2, "bee": 3], "1": ["ape": 1, "bee": 4]])
        #expect(dump["shards"] as? Int == 2)
    }

    @Test("Documents published by shards are in the file")
    func documents() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        let ledger = try ledger("kos", in: server)
        try ledger.publish([("d0", [2, 1]), ("d1", [0, 4])])
        try ledger.put(words, state: .finished, documents: 2, publishes: true)
        let outcome = try await BuiltTool.listener.run(
            "--redis", server.address, "--poll-interval=0.01", "--output", folder.path)
        #expect(outcome.status == 0)
        let name = try #require(try lines(in: folder).last?["file"] as? String)
        #expect(
            try WrittenJSON.object(folder(name))["d"] as? [String: [String: Int]]
                == ["0": ["d0": 2], "1": ["d0": 1, "d1": 4]])
    }

    @Test("With several runs and without --run, the listener asks for --run")
    func severalRuns() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        for run in ["a", "b"] { _ = try ledger(run, in: server) }
        let outcome = try await BuiltTool.listener.run("--redis", server.address, "--output", folder.path)
        #expect(outcome.status == 64)
        #expect(
            outcome.error
                == "dist-lda-listener: Redis at \(server.address) holds 2 runs: name one with --run (a, b)\n")
    }

    @Test(
        "Stopped by a signal, the listener writes a last file if the model has changed", arguments: [SIGTERM, SIGINT])
    func stop(signal: Int32) async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        let ledger = try ledger("kos", in: server)
        let process = try BuiltTool.listener.start([
            "--redis", server.address, "--write-every=100", "--poll-interval=0.01", "--output", folder.path,
            "--forever",
        ])
        try ledger.put(words, sweep: 1)
        try await process.until("the first file") { try lines(in: folder).count == 1 }
        try ledger.put(words, sweep: 2)
        process.send(signal)
        #expect(try await process.outcome().status == 0)
        #expect(try lines(in: folder).map { $0["iterations"] as? Int } == [1, 2])
    }

    @Test("The listener waits while the server is unavailable, and continues when it is back")
    func outage() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        try ledger("kos", in: server).put(words, sweep: 1)
        let process = try BuiltTool.listener.start([
            "--redis", server.address, "--run=kos", "--write-every=1", "--poll-interval=0.01", "--output", folder.path,
        ])
        try await process.until("the first file") { try lines(in: folder).count == 1 }
        server.kill()
        try await process.until("a message about the outage") { process.error.contains("waiting for Redis at") }
        try server.start()
        try ledger("kos", in: server).put(words, sweep: 2, state: .finished)
        #expect(try await process.outcome().status == 0)
        #expect(try lines(in: folder).count == 2)
    }

    @Test("The listener gives up if an outage is longer than allowed")
    func longOutage() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        try ledger("kos", in: server).put(words, sweep: 1)
        let process = try BuiltTool.listener.start([
            "--redis", server.address, "--max-outage=0.1", "--poll-interval=0.01", "--output", folder.path,
        ])
        try await process.until("the first file") { try lines(in: folder).count == 1 }
        server.kill()
        let outcome = try await process.outcome()
        #expect(outcome.status == 75)
        #expect(outcome.error.contains("longer than --max-outage allows"))
    }

    @Test("A model that cannot be written is reported, and the exit code says that the last one failed")
    func diskFull() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        try ledger("kos", in: server).put(words, sweep: 2, state: .finished)
        // The file size limit is 0. Its signal is ignored, because a full disk sends none.
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""
        let outcome = try await BuiltTool.shell.run([
            "-c", script, BuiltTool.listener.path, "--redis", server.address, "--poll-interval=0.01", "--output",
            folder.path,
        ])
        #expect(outcome.status == 74)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["dumps.jsonl"])
    }

    @Test("A second signal of the same kind ends the listener at once, whatever it waits for")
    func abort() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        try ledger("kos", in: server).put(words, sweep: 1)
        let process = try BuiltTool.listener.start([
            "--redis", server.address, "--poll-interval=0.01", "--output", folder.path,
        ])
        try await process.until("the first file") { try lines(in: folder).count == 1 }
        server.pause()
        defer { server.resume() }
        process.send(SIGINT)
        process.send(SIGTERM)
        // Pending signals of the same kind may be merged, so the signal is repeated until the process ends.
        try await process.until("the end") {
            process.send(SIGTERM)
            return !process.isRunning
        }
        #expect(try await process.outcome().status == 128 + SIGTERM)
    }

    @Test("With --log-format=json, every line on standard error is an object with time, level and message")
    func jsonLog() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        try ledger("kos", in: server).put(words, sweep: 2, state: .finished)
        let outcome = try await BuiltTool.listener.run(
            "--redis", server.address, "--log-format=json", "--poll-interval=0.01", "--output", folder.path)
        let objects = try outcome.error.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
        }
        #expect(objects.allSatisfy { $0["time"] != nil && $0["level"] != nil })
        let last = try #require(objects.last)
        #expect(last["message"] == "wrote the model")
        #expect(last["tokens"] == "7")
        #expect(last["slowest_sweep"] == "2")
    }

    @Test("In text format, a line begins with time, level and message, followed by the metadata")
    func textLog() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        try ledger("kos", in: server).put(words, sweep: 2, state: .finished)
        let outcome = try await BuiltTool.listener.run(
            "--redis", server.address, "--poll-interval=0.01", "--output", folder.path)
        let last = try #require(outcome.error.split(separator: "\n").last)
        let rest = try #require(last.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (.*)/)?.output.1)
        #expect(
            rest
                == "info wrote the model file=\(folder.path)/MODEL_lda-kos.txt-T2-alpha0.100-beta0.100-effective_iter=2"
                + ".json.gz iterations=2 slowest_sweep=2 tokens=7")
    }

    private func lines(in folder: TemporaryDirectory) throws -> [[String: Any]] {
        try WrittenJSON.lines(folder("dumps.jsonl"))
    }
}
