import Foundation
import TestSupport
import Testing

@Suite("dist-lda-shard and invalid command lines")
struct ShardUsageTests {
    typealias Refusal = (arguments: [String], line: String)

    private static let hint = "(try 'dist-lda-shard --help')"

    private static func value(_ value: String, _ flag: String, _ expected: String) -> Refusal {
        let name = flag.prefix { $0 != " " }
        return (
            ["--document=data", "\(name)=\(value)"],
            "The value '\(value)' is invalid for '\(flag)': expected \(expected) \(hint)"
        )
    }

    private static let positive = "a number above 0, such as 0.1 or 1e-3"
    private static let prior = "a number from 1e-9 to 1e9, such as 0.1"

    @Test(
        "The error for an invalid value names the values that are expected",
        arguments: ["nan", "inf", "0x10", "0", "-1", "65537", "1.5", "1e2"].map {
            value($0, "--topics <number>", "a whole number from 1 to 65536")
        }
            + ["nan", "inf", "0x1p3", "0", "-1", "1e400", "1e-10", "1.1e9"].flatMap {
                ["--alpha <number>", "--beta <number>"].map { [text = $0] flag in value(text, flag, prior) }
            } + ["nan", "0", "1e400"].map { value($0, "--alpha-sum <number>", positive) } + [
                value("0", "--iterations <number>", "a whole number of at least 1"),
                value("0", "--show-every <sweeps>", "a whole number of at least 1"),
                value("-1", "--anneal <sweeps>", "a whole number of at least 0"),
                value("0", "--sync-every <sweeps>", "a whole number of at least 1"),
                value("0", "--cores <number>", "a whole number from 1 to 4096"),
                value("0", "--shards <number>", "a whole number from 1 to 65536"),
                value("-1", "--this-shard <number>", "a whole number from 0 to 65535"),
                value("0", "--blocks <number>", "a whole number from 1 to 65536"),
                value("-1", "--seed <number>", "a whole number from 0 to 18446744073709551615"),
                value("18446744073709551616", "--seed <number>", "a whole number from 0 to 18446744073709551615"),
                value("0", "--max-line <bytes>", "a whole number from 1 to 1099511627776"),
                value("0", "--max-outage <seconds>", positive),
                value("nan", "--connect-timeout <seconds>", "a number from 0.0 to 86400.0"),
                value(
                    "xml", "--input-format <format>",
                    "dist_lda, text, mallet, lda_c, svmlight, jsonl, csv, tsv, uci, matrix_market or folder"),
            ])
    func values(refusal: Refusal) async throws {
        try await expect(refusal)
    }

    @Test(
        "The error for an invalid command line says what to use instead",
        arguments: [
            ([], "name the documents with --document, for example --document=data.gz"),
            (["--topicks=3"], "Unknown option '--topicks'. Did you mean '--topics'? \(hint)"),
            (["--num-topics=3"], "Unknown option '--num-topics': use --topics \(hint)"),
            (["--input", "data"], "Unknown option '--input': use --document \(hint)"),
            (["--this_shrad=3"], "Unknown option '--this-shrad'. Did you mean '--this-shard'? \(hint)"),
            (
                ["--document=data", "--alpha=1", "--alpha_sum=2"],
                "give either --alpha, per topic, or --alpha-sum, not both \(hint)"
            ),
            (
                ["--document=data", "--shards=2"],
                "--shards=2 needs a Redis server: name it with --redis or in REDIS_URL"
            ),
            (
                ["--document=data", "--redis=127.0.0.1:1", "--shards=2", "--this_shard=2"],
                "--this-shard is 2 but there are --shards=2: give a number from 0 to 1"
            ),
            (
                ["--document=data", "--run=a/b"],
                "The value 'a/b' is invalid for '--run <name>': run name \"a/b\" has \"/\" in it: use letters, digits "
                    + "and ._-+=,~@%, for example --run=a_b \(hint)"
            ),
            (
                ["--document=data", "--run=a..b"],
                "The value 'a..b' is invalid for '--run <name>': run name \"a..b\" has \"..\" in it: use letters, "
                    + "digits and ._-+=,~@%, for example --run=a._b \(hint)"
            ),
        ] as [Refusal])
    func commands(refusal: Refusal) async throws {
        try await expect(refusal)
    }

    private func expect(_ refusal: Refusal) async throws {
        let folder = try TemporaryDirectory()
        let outcome = try await BuiltTool.shard.run(refusal.arguments + ["--output", folder("output")])
        #expect(outcome == .init(status: 64, output: "", error: "dist-lda-shard: \(refusal.line)\n"))
        #expect(!FileManager.default.fileExists(atPath: folder("output")))
    }

    @Test(
        "Flags may have underscores or hyphens, former names are accepted, and the obsolete --vocab_size is explained"
    )
    func spellings() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(SmallCorpus(documents: 4).text, to: "data")
        let outcome = try await BuiltTool.shard.run([
            "--document", folder("data"), "--topics=2", "--iterations=2", "--this_shard=0", "--this-shard=0",
            "--sync_every=1", "--sync-every=1", "--show_every=1", "--vocab_size=5", "--lease=9", "--cores=1",
            "--redis_db=0",
            "--output", folder("output"),
        ])
        #expect(outcome.status == 0)
        #expect(
            outcome.error.contains("--vocab-size is not needed: the vocabulary is counted and grows with the documents")
        )
    }

    @Test("A folder that cannot be created is refused before the documents are read")
    func output() async throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("", to: "file")
        let outcome = try await BuiltTool.shard.run("--document", folder("missing"), "--output", "\(file)/inside")
        #expect(
            outcome
                == .init(
                    status: 73, output: "",
                    error: "dist-lda-shard: cannot create \(file)/inside (Not a directory): name a folder that exists "
                        + "with --output\n"))
    }

    @Test("Links at the paths of the output files are replaced, not followed")
    func links() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(SmallCorpus(documents: 4).text, to: "data")
        let other = try folder.write("somebody else's", to: "other")
        let output = folder("output")
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: false)
        let dump = "MODEL_lda-data-T2-alpha0.100-beta0.010-effective_iter=2.json.gz"
        let names = ["run.json", "metrics.jsonl", dump]
        for name in names {
            try FileManager.default.createSymbolicLink(atPath: "\(output)/\(name)", withDestinationPath: other)
        }
        let outcome = try await BuiltTool.shard.run(
            "--document", folder("data"), "--topics=2", "--iterations=2", "--cores=1", "--output", output)
        #expect(outcome.status == 0)
        #expect(try folder.contents(of: "other") == Array("somebody else's".utf8))
        for name in names {
            let type =
                try FileManager.default.attributesOfItem(atPath: "\(output)/\(name)")[.type] as? FileAttributeType
            #expect(type == .typeRegular, "\(name)")
        }
    }

    #if arch(x86_64)
        private static let foreign = ("neon", "plain")
    #else
        private static let foreign = ("avx2", "neon")
    #endif

    @Test("Instructions that the processor does not support are refused, and the error names the supported ones")
    func foreignKernel() async throws {
        let outcome = try await BuiltTool.shard.run("--document=data", "--kernel=\(Self.foreign.0)")
        #expect(outcome.status == 64)
        #expect(
            outcome.error.hasPrefix(
                "dist-lda-shard: --kernel=\(Self.foreign.0) is not supported by this processor, which supports "))
        #expect(outcome.error.hasSuffix("\(Self.foreign.1): omit --kernel or use one of these\n"))
    }
}
