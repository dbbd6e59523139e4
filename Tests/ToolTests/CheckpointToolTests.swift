import Foundation
import TestSupport
import Testing

@Suite("dist-lda-shard --checkpoint, alone")
struct CheckpointToolTests {
    private let folder: TemporaryDirectory
    private let corpus = SmallCorpus()
    private var path: String { folder("checkpoints/shard-0.checkpoint") }

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(corpus.text, to: "data")
    }

    private func arguments(_ output: String, document: String = "data", _ flags: String...) -> [String] {
        [
            "--document", folder(document), "--output", folder(output), "--topics=4", "--cores=2", "--anneal=5",
            "--checkpoint", folder("checkpoints"),
        ] + flags
    }

    /// Returns the model file of a run that is not interrupted.
    private func model(sweeps: Int) async throws -> [UInt8] {
        let outcome = try await BuiltTool.shard.run([
            "--document", folder("data"), "--output", folder("whole"), "--topics=4", "--cores=2", "--anneal=5",
            "--iterations=\(sweeps)",
        ])
        try #require(outcome.status == 0, "\(outcome.error)")
        return try dump(in: "whole")
    }

    private func dump(in output: String) throws -> [UInt8] {
        let paths = try ModelDump.paths(in: folder(output))
        try #require(paths.count == 1, "\(paths)")
        return try WrittenJSON.bytes(paths[0])
    }

    /// The checkpoint's first line.
    private func header() throws -> [String: Any] {
        let line = try folder.contents(of: "checkpoints/shard-0.checkpoint").prefix { $0 != UInt8(ascii: "\n") }
        return try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    @Test("Killed at any moment and started again, a shard writes the same bytes as without interruption")
    func killed() async throws {
        let flags = ["--iterations=1000", "--checkpoint_every=5", "--show-every=500"]
        var deaths = 0
        // The first rounds are killed early, so that a part of the run is left for the later ones.
        for round in 1...6 {
            let told = try WrittenJSON.lines(folder("output/metrics.jsonl")).count
            let process = try BuiltTool.shard.start(arguments("output") + flags)
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0..<40 * round)))
            process.send(SIGKILL)
            if try await process.outcome().status == 0 { break }
            deaths += 1
            guard let record = try? WrittenJSON.object(folder("output/run.json")),
                record["pid"] as? Int == Int(process.identifier), let resumed = record["resumed_sweep"] as? Int
            else { continue }
            #expect(resumed <= told && told - resumed <= 5, "\(resumed) of \(told)")
        }
        #expect(deaths > 0)
        let outcome = try await BuiltTool.shard.run(arguments("output") + flags)
        try #require(outcome.status == 0, "\(outcome.error)")
        #expect(try dump(in: "output") == (try await model(sweeps: 1000)))
        let sweeps = try WrittenJSON.lines(folder("output/metrics.jsonl")).map { $0["sweep"] as? Int }
        #expect(sweeps == Array(1...1000))
    }

    @Test("A shard that a signal stopped reports it, and continues when started again", arguments: [SIGTERM, SIGINT])
    func stopped(signal: Int32) async throws {
        let process = try BuiltTool.shard.start(arguments("output", "--iterations=100000", "--checkpoint-every=90000"))
        try await process.until("two sweeps") { try WrittenJSON.lines(folder("output/metrics.jsonl")).count >= 2 }
        process.send(signal)
        #expect(try await process.outcome().status == 0)
        let done = try #require(try header()["sweep"] as? Int)
        #expect(done == (try WrittenJSON.lines(folder("output/metrics.jsonl")).count))

        let outcome = try await BuiltTool.shard.run(arguments("rest", "--iterations=\(done + 7)"))
        try #require(outcome.status == 0, "\(outcome.error)")
        #expect(
            outcome.error.contains(
                "info going on from the checkpoint file=\(path) iterations=\(done + 7) sweep=\(done)\n"))
        #expect(try dump(in: "rest") == (try await model(sweeps: done + 7)))
        let record = try WrittenJSON.object(folder("rest/run.json"))
        #expect(record["resumed_sweep"] as? Int == done && record["sweeps"] as? Int == done + 7)
        #expect(record["checkpoint"] as? String == folder("checkpoints") && record["checkpoint_every"] as? Int == 10)
    }

    @Test("After the end, the same command reports it and writes the same model; with more --iterations it continues")
    func finished() async throws {
        let first = try await BuiltTool.shard.run(arguments("output", "--iterations=12"))
        try #require(first.status == 0, "\(first.error)")
        let again = try await BuiltTool.shard.run(arguments("again", "--iterations=12"))
        #expect(again.status == 0 && again.output == first.output)
        #expect(
            again.error.contains(
                "info finished already: more sweeps are done with a larger --iterations file=\(path) iterations=12 "
                    + "sweep=12\n"
            ))
        #expect(try dump(in: "again") == dump(in: "output"))
        #expect(try WrittenJSON.object(folder("again/run.json"))["state"] as? String == "finished")
        let more = try await BuiltTool.shard.run(arguments("more", "--iterations=20"))
        #expect(more.status == 0)
        #expect(try dump(in: "more") == (try await model(sweeps: 20)))
    }

    // MARK: Refusals

    @Test("A checkpoint of other settings is refused with both values, and no file is changed")
    func mismatch() async throws {
        try #require(try await BuiltTool.shard.run(arguments("output", "--iterations=2")).status == 0)
        try folder.write(SmallCorpus(documents: 40).text, to: "other-data")
        let before = try folder.contents(of: "checkpoints/shard-0.checkpoint")
        let advice =
            ": give the same documents and settings to continue from it, or name another folder with --checkpoint"
        for (flags, difference) in [
            (["--topics=5"], "--topics 4 where this shard has 5"),
            (["--seed=9", "--beta=0.5"], "--beta 0.01 where this shard has 0.5, --seed 1 where this shard has 9"),
            (["--run=else"], "--run data where this shard has else"),
            (["--cores=3"], "--cores 2 where this shard has 3"),
        ] {
            let outcome = try await BuiltTool.shard.run(arguments("refused") + flags)
            #expect(outcome.status == 78 && outcome.output == "")
            #expect(outcome.lastLine == "dist-lda-shard: the checkpoint \(path) has \(difference)\(advice)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder("refused")).isEmpty)
        }
        let other = try await BuiltTool.shard.run(arguments("refused", document: "other-data", "--run=data"))
        #expect(other.status == 78)
        #expect(other.lastLine.contains("the corpus (documents) 48 where this shard has 40"))
        let text = try await BuiltTool.shard.run(arguments("refused", "--input-format=text"))
        #expect(text.status == 78)
        #expect(
            text.lastLine
                == "dist-lda-shard: the checkpoint \(path) has how words are read --input-format=dist_lda where this "
                + "shard has --input-format=text\(advice)")
        #expect(try folder.contents(of: "checkpoints/shard-0.checkpoint") == before)
    }

    @Test("A damaged checkpoint is refused with the place of the damage, and --fresh replaces it")
    func damaged() async throws {
        try #require(try await BuiltTool.shard.run(arguments("output", "--iterations=2")).status == 0)
        let whole = try folder.contents(of: "checkpoints/shard-0.checkpoint")
        let torn = Array(whole.dropLast(3))
        try folder.write(torn, to: "checkpoints/shard-0.checkpoint")
        let outcome = try await BuiltTool.shard.run(arguments("refused", "--iterations=2"))
        #expect(outcome.status == 65)
        #expect(
            outcome.lastLine
                == "dist-lda-shard: \(path):\(torn.count): the checkpoint is damaged (it is truncated): restore the "
                + "file, or remove it to start this shard from the beginning")
        #expect(try folder.contents(of: "checkpoints/shard-0.checkpoint") == torn)
        let fresh = try await BuiltTool.shard.run(arguments("output", "--iterations=2", "--fresh"))
        #expect(fresh.status == 0)
        #expect(try header()["sweep"] as? Int == 2)
    }

    @Test("Invalid checkpoint options are refused before the documents are read")
    func usage() async throws {
        let file = try folder.write("", to: "file")
        let outcome = try await BuiltTool.shard.run(
            "--document", folder("missing"), "--output", folder("output"), "--checkpoint", "\(file)/inside")
        #expect(
            outcome
                == .init(
                    status: 73, output: "",
                    error: "dist-lda-shard: cannot create \(file)/inside (Not a directory): name a folder that exists "
                        + "with --checkpoint\n"))
        let every = try await BuiltTool.shard.run("--document", folder("data"), "--checkpoint_every=3")
        #expect(
            every
                == .init(
                    status: 64, output: "",
                    error: "dist-lda-shard: --checkpoint-every needs a folder: name one with --checkpoint "
                        + "(try 'dist-lda-shard --help')\n"))
        let zero = try await BuiltTool.shard.run(arguments("output", "--checkpoint-every=0"))
        #expect(zero.status == 64)
    }

    // MARK: The disk

    /// A file of 80,000 tokens, whose checkpoint takes more than 64 KiB.
    private func writeLargeCorpus() throws {
        let lines = (0..<400).map { document in
            "d\(document)" + (0..<4).map { "\tw\((document + $0 * $0) % 50):50" }.joined() + "\n"
        }
        try folder.write(lines.joined(), to: "data")
    }

    private func expectRefused(_ outcome: BuiltTool.Outcome, _ reason: String, at path: String) {
        let sentence = "cannot write \(path) (\(reason) with --checkpoint"
        #expect(outcome.status == 74)
        #expect(outcome.lastLine == "dist-lda-shard: \(sentence)")
        let warning = "\(sentence); sampling continues, and the previous checkpoint is kept\n"
        #expect(outcome.error.components(separatedBy: warning).count == 3, "\(outcome.error)")
        #expect(outcome.error.contains("info wrote the model"))
    }

    @Test("If a checkpoint exceeds the file size limit, sampling continues, the last one stays, and the code is 74")
    func fileSizeLimit() async throws {
        try writeLargeCorpus()
        func arguments(_ sweeps: Int) -> [String] {
            self.arguments("output", "--topics=1000", "--checkpoint-every=1", "--iterations=\(sweeps)")
        }
        try #require(try await BuiltTool.shard.run(arguments(2)).status == 0)
        let limited = try await BuiltTool.shell.run(
            ["-c", "ulimit -f 128; exec \"$0\" \"$@\"", BuiltTool.shard.path] + arguments(4))
        expectRefused(limited, "File too large): check the disk or name another folder", at: path)
        #expect(try header()["sweep"] as? Int == 2)
        #expect(try WrittenJSON.object(folder("output/run.json"))["state"] as? String == "failed")
        let resumed = try await BuiltTool.shard.run(arguments(4))
        #expect(resumed.status == 0 && resumed.error.contains("sweep=2\n"))
        #expect(try header()["sweep"] as? Int == 4)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder("checkpoints")) == ["shard-0.checkpoint"])
    }

    /// A file system of 160 KiB, if this user can mount one.
    private final class SmallDisk {
        let path: String

        init?(at path: String) {
            self.path = path
            try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            guard Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", path) else { return nil }
        }

        deinit { _ = Self.run("/bin/umount", path) }

        private static func run(_ words: String...) -> Bool {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: words[0])
            process.arguments = Array(words.dropFirst())
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }

    private static let canMount: Bool = {
        guard let folder = try? TemporaryDirectory() else { return false }
        return SmallDisk(at: folder("disk")) != nil
    }()

    @Test(
        "The same happens on a full disk",
        .enabled(if: canMount, "mounting a small file system takes root"))
    func fullDisk() async throws {
        try writeLargeCorpus()
        let disk = try #require(SmallDisk(at: folder("disk")))
        let file = "\(disk.path)/shard-0.checkpoint"
        func arguments(_ sweeps: Int) -> [String] {
            [
                "--document", folder("data"), "--output", folder("output"), "--topics=1000", "--cores=2",
                "--checkpoint", disk.path, "--checkpoint-every=1", "--iterations=\(sweeps)",
            ]
        }
        // There is room for one checkpoint, but not for the next one at the same time.
        let first = try await BuiltTool.shard.run(arguments(1))
        try #require(first.status == 0, "\(first.error)")
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        let outcome = try await BuiltTool.shard.run(arguments(3))
        expectRefused(outcome, "No space left on device): make room there or name another folder", at: file)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["shard-0.checkpoint"])
    }
}
