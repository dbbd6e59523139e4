import Foundation
import Platform
import TestSupport
import Testing

/// Output that cannot be written must be an error, and what would fail after the work must fail before it.
@Suite("The tools and output that cannot be written")
struct OutputFaultTests {
    private let folder: TemporaryDirectory
    private let corpus = SmallCorpus(documents: 12)

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(corpus.text, to: "data")
    }

    private var training: [String] {
        [
            "--document", folder("data"), "--topics=2", "--iterations=2", "--cores=1", "--show-every=99",
            "--output", folder("out"),
        ]
    }

    /// Runs a tool with redirections that a shell makes.
    private func run(_ tool: BuiltTool, _ arguments: [String], _ redirection: String) async throws -> BuiltTool.Outcome
    {
        let words = ([tool.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try await BuiltTool.shell.run(["-c", "\(words) \(redirection)"])
    }

    private var commands: [(BuiltTool, [String])] {
        [
            (.main, ["--help"]), (.main, ["--version"]), (.main, ["convert", "--help"]), (.shard, ["--help"]),
            (.listener, ["--version"]), (.main, ["vocabulary", "--document", folder("data")]), (.shard, training),
        ]
    }

    @Test("Standard output on a full disk is an error with code 74, for every tool")
    func fullDisk() async throws {
        for (tool, arguments) in commands {
            let outcome = try await run(tool, arguments, "> /dev/full")
            #expect(outcome.status == 74, "\(tool.name) \(arguments)")
            #expect(
                outcome.lastLine.hasSuffix(
                    ": cannot write standard output, which is now incomplete (No space left on device): make room "
                        + "there or redirect it to another disk"))
        }
        let record = try WrittenJSON.object(folder("out/run.json"))
        #expect(record["state"] as? String == "failed")
        #expect((record["error"] as? String)?.hasPrefix("cannot write standard output") == true)
        #expect(try ModelDump(in: folder("out")).wordTotals == corpus.wordTotals)
    }

    @Test(
        "Standard output that is closed, ends early or exceeds a limit is an error with code 74",
        arguments: [">&-", "| true; exit ${PIPESTATUS[0]}", "> OUT/limited"])
    func closed(redirection: String) async throws {
        let many = (0..<20_000).map { "word\($0)" }.joined(separator: " ")
        try folder.write(many, to: "many")
        let tool = BuiltTool.main.path
        let shell = BuiltTool(name: "bash", path: "/bin/bash")
        let limit = redirection.contains("limited") ? "ulimit -f 8; " : ""
        let outcome = try await shell.run([
            "-c",
            "\(limit)'\(tool)' vocabulary --document '\(folder("many"))' "
                + redirection.replacing("OUT", with: folder.path),
        ])
        #expect(outcome.status == 74, "\(outcome)")
        #expect(outcome.lastLine.contains("cannot write standard output"))
    }

    @Test("A log that cannot be written gives code 74, unless nobody reads it")
    func log() async throws {
        #expect(try await run(.shard, training, "2> /dev/full").status == 74)
        #expect(try await run(.shard, training, "2>&-").status == 0)
    }

    @Test("A file of documents with a name of 255 bytes gives a model with a shorter name")
    func longName() async throws {
        let name = String(repeating: "x", count: 255)
        try folder.write(corpus.text, to: name)
        var arguments = training
        arguments[1] = folder(name)
        #expect(try await BuiltTool.shard.run(arguments).status == 0)
        let models = try FileManager.default.contentsOfDirectory(atPath: folder("out")).filter {
            $0.hasPrefix("MODEL")
        }
        #expect(models.count == 1 && models.allSatisfy { $0.utf8.count <= 255 && $0.hasPrefix("MODEL_lda-xxx") })
        #expect(try ModelDump(in: folder("out")).wordTotals == corpus.wordTotals)
    }

    @Test("A folder in the place of the model is found before the documents are read")
    func folderInPlace() async throws {
        let model = "MODEL_lda-data-T2-alpha0.100-beta0.010-effective_iter=2.json.gz"
        try FileManager.default.createDirectory(atPath: folder("out/\(model)"), withIntermediateDirectories: true)
        let outcome = try await BuiltTool.shard.run(training)
        #expect(outcome.status == 73)
        #expect(
            outcome.error
                == "dist-lda-shard: cannot create \(folder("out"))/\(model) (Is a directory): a folder has this "
                + "name: remove it or name another folder with --output\n")
    }

    @Test("A named pipe with the name of a temporary file does not stop the start")
    func pipe() async throws {
        try FileManager.default.createDirectory(atPath: folder("out"), withIntermediateDirectories: true)
        #expect(mkfifo(folder("out/.dist-lda-1.tmp"), 0o600) == 0)
        #expect(try await BuiltTool.shard.run(training).status == 0)
    }

    @Test("A second process that writes to the same folder is refused, and the first is named")
    func second() async throws {
        let first = try BuiltTool.shard.start(training + ["--iterations=1000000000"])
        try await first.until("its first sweep") { !(try WrittenJSON.lines(folder("out/metrics.jsonl")).isEmpty) }
        let second = try await BuiltTool.shard.run(training)
        #expect(second.status == 73)
        #expect(
            second.lastLine == "dist-lda-shard: \(folder("out")) is in use by process \(first.identifier) on "
                + "\(Machine.host), which writes the same files: wait for its end, or name another folder with --output"
        )
        first.send(SIGTERM)
        #expect(try await first.outcome().status == 0)
        #expect(try await BuiltTool.shard.run(training).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("out")).allSatisfy { !$0.hasPrefix(".") })
    }

    @Test("A dump without documents is not converted to document topics")
    func noDocuments() async throws {
        #expect(try await BuiltTool.shard.run(training).status == 0)
        let model = try #require(ModelDump.paths(in: folder("out")).first)
        let outcome = try await BuiltTool.main.run(["convert", "--model", model, "--write=doc-topics"])
        #expect(outcome.status == 64)
        #expect(
            outcome.lastLine
                == "dist-lda: --write=doc-topics: the dump has no documents, because it was written without "
                + "--publish-documents")
    }

    @Test("A signal while the documents are read ends the shard, and nothing is written", arguments: [SIGTERM, SIGINT])
    func signalWhileReading(signal: Int32) async throws {
        #expect(mkfifo(folder("endless"), 0o600) == 0)
        let writer = open(folder("endless"), O_RDWR)
        defer { close(writer) }
        var arguments = training
        arguments[1] = folder("endless")
        let process = try BuiltTool.shard.start(arguments)
        try await process.until("its start") { FileManager.default.fileExists(atPath: folder("out")) }
        let line = Array(corpus.text.utf8)
        #expect(write(writer, line, line.count) == line.count)
        try await Task.sleep(for: .milliseconds(300))
        process.send(signal)
        let outcome = try await process.outcome(deadline: 10)
        #expect(outcome.status == 128 + signal)
        #expect(outcome.lastLine.hasSuffix("error stopped on request before training began; no model was written"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("out")) == [])
    }

    @Test(
        "A limit of open files or of memory that is too low is a sentence, not a crash",
        .enabled(
            if: ["ASAN_OPTIONS", "TSAN_OPTIONS"].allSatisfy { ProcessInfo.processInfo.environment[$0] == nil },
            "sanitizers need more addresses than such a limit allows"),
        arguments: ["-n 12", "-v 300000"])
    func limits(limit: String) async throws {
        let outcome = try await BuiltTool.shell.run(
            ["-c", "ulimit \(limit); exec '\(BuiltTool.shard.path)' \"$@\"", "sh"] + training)
        #expect(outcome.status == 71)
        #expect(outcome.error.contains(limit.hasPrefix("-n") ? "(ulimit -n)" : "(ulimit -v)"))
    }
}
