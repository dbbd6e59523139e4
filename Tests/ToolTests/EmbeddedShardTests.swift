import Foundation
import TestSupport
import Testing

@Suite("dist-lda-shard alone, without a store")
struct EmbeddedShardTests {
    private let folder: TemporaryDirectory
    private let corpus = SmallCorpus()

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(corpus.text, to: "data")
    }

    private func arguments(_ output: String, _ flags: [String]) -> [String] {
        ["--document", folder("data"), "--output", folder(output), "--topics=4"] + flags
    }

    /// Returns the bytes of the dump file.
    private func trainedDump(_ output: String, _ flags: String...) async throws -> [UInt8] {
        let outcome = try await BuiltTool.shard.run(arguments(output, ["--iterations=20"] + flags))
        try #require(outcome.status == 0, "\(outcome.error)")
        let dump = try ModelDump(in: folder(output))
        #expect(dump.wordTotals == corpus.wordTotals)
        let path = try #require(try ModelDump.paths(in: folder(output)).first)
        return [UInt8](try #require(FileManager.default.contents(atPath: path)))
    }

    @Test(
        "The same seed and number of cores give the same bytes, another seed gives different ones", arguments: [1, 2])
    func reproducible(cores: Int) async throws {
        let first = try await trainedDump("first", "--seed=7", "--cores=\(cores)")
        let second = try await trainedDump("second", "--seed=7", "--cores=\(cores)")
        let other = try await trainedDump("other", "--seed=8", "--cores=\(cores)")
        #expect(first == second)
        #expect(first != other)
    }

    @Test("Both samplers keep every token", arguments: ["word-major", "dense"])
    func samplers(name: String) async throws {
        _ = try await trainedDump("output", "--sampler=\(name)", "--cores=2")
    }

    @Test("run.json holds the settings and the results; metrics.jsonl has one line per sweep")
    func records() async throws {
        let outcome = try await BuiltTool.shard.run(
            arguments(
                "output",
                ["--iterations=30", "--show-every=10", "--cores=2", "--seed=18446744073709551615", "--alpha-sum=2"]))
        try #require(outcome.status == 0, "\(outcome.error)")
        let record = try WrittenJSON.object(folder("output/run.json"))
        #expect(
            Set(record.keys) == [
                "program", "version", "run", "state", "error", "host", "pid", "time", "document", "input_format",
                "strict_utf8", "lines_not_utf8", "lines_with_lone_cr",
                "skip_bad_lines", "max_line", "corpus_digest", "corpus_documents", "documents", "empty_documents",
                "skipped_lines", "duplicate_names", "found", "warnings", "removed", "reading", "tokens", "vocabulary",
                "memory",
                "topics", "alpha", "alpha_sum",
                "beta",
                "iterations", "anneal", "seed", "from", "sampler", "kernel", "cores", "shards", "this_shard", "blocks",
                "redis",
                "sync_every", "exchange_share", "staleness", "dead_after", "take_over", "extra_sweeps",
                "refused_writes",
                "exchange_longest_wait_seconds", "longest_hold_seconds",
                "max_outage", "fresh", "leave", "show_every", "publish_documents", "write", "extra_sweeps_allowed",
                "doc_topics_threshold", "checkpoint", "checkpoint_every",
                "resumed_sweep", "sweeps", "exchanges", "seconds",
                "tokens_per_second", "ll_per_token",
            ])
        #expect(record["state"] as? String == "finished")
        #expect(record["version"] as? String == "0.1.0")
        #expect(record["document"] as? [String] == [folder("data")])
        #expect(record["tokens"] as? Int == corpus.tokens)
        #expect(record["documents"] as? Int == corpus.lines.count)
        #expect(record["vocabulary"] as? Int == corpus.wordTotals.count)
        #expect(record["seed"] as? UInt64 == .max)
        #expect(record["alpha"] as? Double == 0.5)
        #expect(record["sweeps"] as? Int == 30)
        let seconds = try #require(record["seconds"] as? [String: Double])
        #expect(Set(seconds.keys) == ["load", "sample", "exchange", "write", "exchange_background", "checkpoint"])
        #expect(["load", "sample", "exchange", "write"].allSatisfy { seconds[$0] ?? 0 > 0 })
        // Tokens sampled divided by the seconds of sampling, which are rounded to microseconds.
        let rate = try #require(record["tokens_per_second"] as? Double)
        let expected = Double(30 * corpus.tokens) / (seconds["sample"] ?? .nan)
        #expect(abs(rate - expected) <= 1e-3 * expected)

        let lines = try WrittenJSON.lines(folder("output/metrics.jsonl"))
        #expect(lines.map { $0["sweep"] as? Int } == Array(1...30))
        #expect(lines.allSatisfy { $0["seconds"] is Double && $0["tokens_per_second"] is Double })
        #expect(lines.allSatisfy { (0...1).contains($0["changed"] as? Double ?? .nan) })
        let withLikelihood = lines.filter { $0["ll_per_token"] != nil }
        #expect(withLikelihood.map { $0["sweep"] as? Int } == [10, 20, 30])
        #expect(withLikelihood.last?["ll_per_token"] as? Double == record["ll_per_token"] as? Double)
    }

    @Test("The likelihood rises")
    func likelihood() async throws {
        let outcome = try await BuiltTool.shard.run(
            arguments("output", ["--topics=2", "--iterations=50", "--show-every=1", "--cores=1"]))
        try #require(outcome.status == 0, "\(outcome.error)")
        let likelihoods = try WrittenJSON.lines(folder("output/metrics.jsonl")).compactMap {
            $0["ll_per_token"] as? Double
        }
        #expect(likelihoods.count == 50)
        let first = try #require(likelihoods.first)
        #expect(likelihoods.suffix(10).allSatisfy { $0 > first })
        #expect(outcome.error.contains("<50> LL/token: -"))
    }

    @Test("Standard output has only the topics: number, share and words")
    func topics() async throws {
        let outcome = try await BuiltTool.shard.run(
            arguments("output", ["--iterations=20", "--cores=1", "--top_words=3"]))
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 4)
        for (topic, line) in lines.enumerated() {
            #expect(line.wholeMatch(of: /\d  +\d+\.\d% ( w\d-\d+){1,3}/) != nil, "\(line)")
            #expect(line.hasPrefix("\(topic)"))
        }
        let silent = try await BuiltTool.shard.run(
            arguments("output", ["--iterations=2", "--cores=1", "--top-words=0"]))
        #expect(silent.output == "")
    }

    @Test("With --log-format=json, every line on standard error is an object with time, level and message")
    func jsonLog() async throws {
        let outcome = try await BuiltTool.shard.run(
            arguments("output", ["--iterations=2", "--cores=1", "--log_format=json"]))
        let objects = try outcome.error.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
        }
        #expect(objects.allSatisfy { $0["time"] != nil && $0["level"] != nil })
        #expect(
            objects.map { $0["message"]?.prefix { $0 != "<" } }
                == ["read the documents", "training", "", "finished", "wrote the model"])
    }

    @Test(
        "On a signal it ends the sweep, writes the model and reports that it was stopped", arguments: [SIGTERM, SIGINT])
    func stop(signal: Int32) async throws {
        let process = try BuiltTool.shard.start(arguments("output", ["--iterations=1000000000", "--cores=2"]))
        try await process.until("two sweeps") { try WrittenJSON.lines(folder("output/metrics.jsonl")).count >= 2 }
        #expect(try WrittenJSON.object(folder("output/run.json"))["state"] as? String == "running")
        process.send(signal)
        let outcome = try await process.outcome()
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").count == 4)
        let record = try WrittenJSON.object(folder("output/run.json"))
        #expect(record["state"] as? String == "stopped")
        #expect(record["sweeps"] as? Int == (try WrittenJSON.lines(folder("output/metrics.jsonl")).count))
        #expect(try ModelDump(in: folder("output")).wordTotals == corpus.wordTotals)
    }
}
