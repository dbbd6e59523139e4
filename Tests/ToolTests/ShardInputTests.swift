import Foundation
import Platform
import TestSupport
import Testing

@Suite("dist-lda-shard and invalid or unusual input")
struct ShardInputTests {
    private let folder: TemporaryDirectory
    private var data: String { folder("data.gz") }
    private var output: String { folder("output") }

    init() throws { folder = try TemporaryDirectory() }

    /// Trains briefly on the file `data`, without a store.
    private func train(_ flags: [String] = [], document: String? = nil) async throws -> BuiltTool.Outcome {
        try await BuiltTool.shard.run(
            ["--document", document ?? data, "--output", output, "--topics=3", "--iterations=2", "--cores=2"] + flags)
    }

    private func record() throws -> [String: Any] { try WrittenJSON.object("\(output)/run.json") }

    /// Checks that nothing was written; only the folder was tested.
    private func expectNothingWritten() throws {
        #expect(try FileManager.default.contentsOfDirectory(atPath: output).isEmpty)
    }

    // MARK: Refused

    struct Refusal: CustomTestStringConvertible {
        let testDescription: String
        let text: String
        var flags: [String] = []
        /// The error message after the name of the file.
        let sentence: String
    }

    private static let toMend = "expected word:count: fix the line or pass --skip-bad-lines"

    @Test(
        "A file that cannot be used for training is refused with the line number, and nothing is written",
        arguments: [
            Refusal(
                testDescription: "a line above --max-line", text: "d0\ta:1\nd1\tape:1\tbee:1\n",
                flags: ["--max_line=8"],
                sentence: ":2: the line is longer than 8 bytes: put one document on a line, or raise --max-line"),
            Refusal(
                testDescription: "a count that would fill the memory", text: "d0\tape:1\tword:4000000000\n",
                flags: ["--topics=100"],
                sentence: ":1: the document has at least 4000000001 tokens, but the limit is 33554431: "
                    + "split it into several"),
            Refusal(
                testDescription: "a document longer than allowed", text: "d0\ta:1\nd1\ta:20000000\tb:20000000\n",
                flags: ["--topics=100"],
                sentence: ":2: the document has at least 40000000 tokens, but the limit is 33554431: "
                    + "split it into several"),
        ] + badCells)
    func refused(refusal: Refusal) async throws {
        try folder.write(refusal.text, to: "data.gz")
        let outcome = try await train(refusal.flags)
        #expect(outcome == .init(status: 65, output: "", error: "dist-lda-shard: \(data)\(refusal.sentence)\n"))
        try expectNothingWritten()
    }

    private static let badCells: [Refusal] = [
        ("bee", "the count is missing"), ("bee:", "the count is missing"), (":3", "the word is missing"),
        ("bee:-1", "the count is negative"), ("bee:1.5", "the count is not a whole number"),
        ("bee:1e3", "the count is not a whole number"), ("bee:0x10", "the count is not a number"),
        ("bee:nan", "the count is not a number"), ("bee:many", "the count is not a number"),
        ("bee:4294967296", "the count is above 4294967295"), ("", "a cell is empty"),
    ].map { cell, fault in
        Refusal(
            testDescription: "\(fault): \(cell)", text: "d0\tape:1\tbee:2\nd1\tape:1\t\(cell)\tcat:1\n",
            sentence: ":2:10: \(fault) in \"\(cell)\", \(toMend)")
    }

    @Test("Bytes that are not UTF-8 are refused by --strict-utf8, with their column")
    func strictUTF8() async throws {
        try folder.write(Array("d0\ta:1\nd1\tb".utf8) + [0xFF] + Array(":1\n".utf8), to: "data.gz")
        let outcome = try await train(["--strict_utf8"])
        #expect(outcome.status == 65)
        #expect(
            outcome.error == "dist-lda-shard: \(data):2:5: not UTF-8: give its --encoding, or omit --strict-utf8 "
                + "to keep words as bytes\n")
        try expectNothingWritten()
    }

    @Test(
        "A corpus without any words is refused",
        arguments: [("", 0), ("\n\n", 2), ("d0\n\nd1\tape:0\n", 3)])
    func noTokens(text: String, lines: Int) async throws {
        try folder.write(text, to: "data.gz")
        let outcome = try await train()
        #expect(outcome.status == 65)
        #expect(
            outcome.error
                == "dist-lda-shard: the corpus has no words in its \(lines) lines: check the file and --input-format\n")
        try expectNothingWritten()
    }

    enum Damage: CaseIterable {
        case truncated, damaged
    }

    @Test("Damaged gzip data is refused with byte and line, and nothing is registered", arguments: Damage.allCases)
    func damagedFile(damage: Damage) async throws {
        try folder.gzip([Array("d0\tape:1\nd1\tbee:2\n".utf8)], to: "data.gz")
        var bytes = try folder.contents(of: "data.gz")
        let checksum = bytes.count - 8
        let reason: String
        switch damage {
        case .truncated:
            bytes.removeLast(4)
            reason = "the file is cut short"
        case .damaged:
            bytes[checksum] ^= 1
            reason = "incorrect data check"
        }
        try folder.write(bytes, to: "data.gz")
        let server = try RedisServer()
        for flags in [[], ["--redis", server.address, "--shards=2"]] {
            let outcome = try await train(flags)
            #expect(outcome.status == 65)
            #expect(
                outcome.error
                    == "dist-lda-shard: \(data):3: damaged compressed data at byte \(checksum + 4) (\(reason)): "
                    + "download or compress the file again\n")
        }
        #expect(try server.command("DBSIZE") == "0")
    }

    @Test("Files that cannot be opened have different exit codes for different reasons")
    func cannotOpen() async throws {
        let missing = folder("missing")
        #expect(
            try await train(document: missing)
                == .init(
                    status: 66, output: "",
                    error: "dist-lda-shard: cannot open \(missing) (No such file or directory): "
                        + "check the path and its permissions\n"))
        let empty = try TemporaryDirectory()
        #expect(
            try await train(document: empty.path)
                == .init(
                    status: 66, output: "",
                    error: "dist-lda-shard: no file matches \(empty.path): check the pattern, and quote it so that the "
                        + "shell does not expand it\n"))
        let pattern = folder("part-*")
        #expect(
            try await train(document: pattern)
                == .init(
                    status: 66, output: "",
                    error: "dist-lda-shard: no file matches \(pattern): check the pattern, and quote it so that the "
                        + "shell does not expand it\n"))
    }

    @Test("A file without read permission is refused", .enabled(if: geteuid() != 0, "root may read every file"))
    func unreadable() async throws {
        try folder.write(SmallCorpus().bytes, to: "data.gz")
        chmod(data, 0)
        let outcome = try await train()
        #expect(outcome.status == 77)
        #expect(outcome.error.contains("cannot open \(data) (Permission denied)"))
    }

    // MARK: Unusual input that is accepted

    @Test("With --skip-bad-lines, the number of skipped lines and the reason for the first are reported")
    func skipBadLines() async throws {
        try folder.write("d0\tape:1\tbee:2\nd1\tape:1\tbee\nd2\tbee:2\nd3\tape:1.5\n", to: "data.gz")
        let outcome = try await train(["--skip_bad_lines"])
        #expect(outcome.status == 0)
        #expect(
            outcome.error.contains(
                "warning skipped bad lines; the first: \(data):2:10: the count is missing in \"bee\""))
        let record = try record()
        #expect(record["skipped_lines"] as? Int == 2)
        #expect(record["empty_documents"] as? Int == 2)
        #expect(record["documents"] as? Int == 4)
        #expect(try ModelDump(in: output).wordTotals == ["ape": 1, "bee": 4])
    }

    @Test("A blank line, a name alone and a count of 0 are documents without words")
    func emptyDocuments() async throws {
        try folder.write("d0\tape:1\tbee:2\n\nd2\nd3\tape:0\nd4\t\nd5\tbee:1\n", to: "data.gz")
        let outcome = try await train(["--publish_documents"])
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("documents without words keep their rows count=4"))
        let record = try record()
        #expect(record["documents"] as? Int == 6)
        #expect(record["empty_documents"] as? Int == 4)
        let dump = try ModelDump(in: output)
        #expect(dump.wordTotals == ["ape": 1, "bee": 3])
        #expect(dump.documentTotals == ["d0": 3, "d5": 1])
    }

    @Test("Documents with the same name are distinguished by line number, and one warning counts them")
    func equalNames() async throws {
        try folder.write("same\tape:1\nother\tbee:2\nsame\tape:3\nsame\tbee:4\n", to: "data.gz")
        let outcome = try await train(["--publish-documents"])
        #expect(outcome.status == 0)
        let warnings = outcome.error.split(separator: "\n").filter { $0.contains("share names") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasSuffix("count=2") == true)
        #expect(try record()["duplicate_names"] as? Int == 2)
        #expect(
            try ModelDump(in: output).documentTotals
                == ["same (line 1)": 1, "other": 2, "same (line 3)": 3, "same (line 4)": 4])
    }

    @Test("Words are bytes: NUL and bytes that are not UTF-8 are preserved, and escaped for JSON and terminals")
    func bytes() async throws {
        try folder.write(Array("d0\tx".utf8) + [0xFF, 0x00, 0x1B] + Array("y:7\tcafé:2\n".utf8), to: "data.gz")
        let outcome = try await train(["--topics=1", "--allow-nul"])
        #expect(outcome.status == 0)
        let dump = String(
            decoding: try WrittenJSON.bytes(try #require(try ModelDump.paths(in: output).first)), as: UTF8.self)
        #expect(dump.contains(#""x\udcff\u0000\u001by": 7"#) && dump.contains(#""café": 2"#))
        #expect(outcome.output.contains("café"))
        #expect(outcome.output.utf8.allSatisfy { $0 >= 0x20 || $0 == UInt8(ascii: "\n") })
    }

    @Test("There may be more slices than documents")
    func manySlices() async throws {
        try folder.write("d0\tape:1\nd1\tbee:2\n", to: "data.gz")
        let outcome = try await train(["--cores=8"])
        #expect(outcome.status == 0)
        #expect(try ModelDump(in: output).wordTotals == ["ape": 1, "bee": 2])
    }

    // MARK: The same documents in different files

    enum Clothes: String, CaseIterable {
        case plain, gzip, members, zeroPadding, carriageReturns, byteOrderMark, noLastNewline, standardInput, glob
    }

    /// The file is always named data.gz, because gzip is detected from the bytes.
    @Test(
        "The same documents in different files and compressions give the same model",
        arguments: Clothes.allCases)
    func clothes(clothes: Clothes) async throws {
        let corpus = SmallCorpus(documents: 10)
        let half = corpus.lines.count / 2
        let halves = [corpus.lines[..<half], corpus.lines[half...]].map { Array($0.map { "\($0)\n" }.joined().utf8) }
        var (document, input) = (data, "")
        switch clothes {
        case .plain: try folder.write(corpus.text, to: "data.gz")
        case .gzip: try folder.gzip([corpus.bytes], to: "data.gz")
        case .members: try folder.gzip(halves, to: "data.gz")
        case .zeroPadding:
            try folder.gzip([corpus.bytes], to: "data.gz")
            try folder.write(try folder.contents(of: "data.gz") + [UInt8](repeating: 0, count: 1000), to: "data.gz")
        case .carriageReturns: try folder.write(corpus.lines.map { "\($0)\r\n" }.joined(), to: "data.gz")
        case .byteOrderMark: try folder.write([0xEF, 0xBB, 0xBF] + corpus.bytes, to: "data.gz")
        case .noLastNewline: try folder.write(corpus.lines.joined(separator: "\n"), to: "data.gz")
        case .standardInput: (document, input) = ("-", corpus.text)
        case .glob:
            document = folder("part-*")
            try folder.write(halves[0], to: "part-0")
            try folder.gzip([halves[1]], to: "part-1")
        }
        let flags = ["--topics=3", "--iterations=2", "--cores=2", "--publish-documents"]
        let outcome = try await BuiltTool.shard.run(
            ["--document", document, "--output", output] + flags, input: input)
        #expect(outcome.status == 0)
        let dump = try ModelDump(in: output)
        #expect(dump.wordTotals == corpus.wordTotals)
        #expect(dump.documentTotals == corpus.documentTotals)

        try folder.write(corpus.text, to: "plain")
        let plain = try await BuiltTool.shard.run(
            ["--document", folder("plain"), "--output", folder("expected")] + flags)
        #expect(plain.status == 0)
        #expect(dump.words == (try ModelDump(in: folder("expected"))).words)
        #expect(
            try record()["corpus_digest"] as? String
                == (try WrittenJSON.object(folder("expected/run.json"))["corpus_digest"] as? String))
        let names = [Clothes.standardInput: "stdin", .glob: "part-0"]
        #expect(dump.fields["document"] as? String == names[clothes] ?? "data.gz")
    }
}
