import Foundation
import Models
import TestSupport
import Testing

@Suite("The files that --write writes")
struct WriteTests {
    private let folder: TemporaryDirectory
    private let corpus = SmallCorpus()

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(corpus.text, to: "data")
    }

    private func shard(_ flags: String...) async throws -> BuiltTool.Outcome {
        try await BuiltTool.shard.run(
            [
                "--document", folder("data"), "--topics=4", "--iterations=10", "--cores=2", "--output", folder("model"),
            ] + flags)
    }

    /// Returns the lines of a file, decompressed.
    private func lines(_ path: String) throws -> [String] {
        String(decoding: try TinyModel.contents(path), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("A single shard writes every format, and all hold the same counts")
    func alone() async throws {
        let outcome = try await shard(
            "--write=dist_lda,state,keys,doc-topics,word_topic_counts,topic-word-weights,diagnostics,ldavis,numpy,csv")
        try #require(outcome.status == 0, "\(outcome.error)")
        let model = folder("model")
        let dump = try ModelDump(in: model)
        #expect(dump.wordTotals == corpus.wordTotals)
        let names: Set = [
            "state.gz", "topic_keys.txt", "doc_topics.txt", "word_topic_counts.txt", "topic_word_weights.txt",
            "diagnostics.xml", "ldavis.json", "topic_word.npy", "alpha.npy", "vocab.txt", "doc_topic.npz",
            "documents.txt", "topic_term.csv", "doc_topic.csv",
        ]
        let own = [
            URL(fileURLWithPath: try ModelDump.paths(in: model)[0]).lastPathComponent, "run.json", "metrics.jsonl",
        ]
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: model)) == names.union(own))
        #expect(Set(ModelFormat.allCases.flatMap(\.fileNames)) == names)
        // The state has the documents in order and each token once, and its counts are those of the dump.
        var words: ModelDump.Table = [:]
        var documents: [String: Int] = [:]
        var order: [Int] = []
        for line in try lines("\(model)/state.gz").dropFirst(3) {
            let fields = line.split(separator: " ").map(String.init)
            words[fields[5], default: [:]][fields[4], default: 0] += 1
            documents[fields[1], default: 0] += 1
            if let index = Int(fields[0]), index != order.last { order.append(index) }
            #expect(fields[1] == "d\(fields[0])")
        }
        #expect(words == dump.words)
        #expect(documents == corpus.documentTotals)
        #expect(order == Array(0..<corpus.lines.count))
        let vocabulary = try lines("\(model)/vocab.txt")
        let counts = try lines("\(model)/word_topic_counts.txt").map { $0.split(separator: " ")[1] }
        #expect(vocabulary == counts.map(String.init))
        #expect(
            try WrittenJSON.object("\(model)/run.json")["write"] as? [String] == [
                "dist_lda", "state", "keys", "doc-topics", "word-topic-counts", "topic-word-weights", "diagnostics",
                "ldavis", "numpy", "csv",
            ])
    }

    @Test("The shards of a cluster write states that can be joined; the listener writes the model")
    func cluster() async throws {
        let cluster = try TestCluster(shards: 3)
        let listener = try cluster.startListener("--write=dist_lda,keys,numpy,doc-topics")
        let shards = try cluster.startAll(["--iterations=10", "--write=state,numpy", "--publish_documents"])
        try await (shards + [listener]).succeed()
        let paths = (0..<3).map { "\(cluster.output)/shard-\($0)/state.gz" }
        let joined = cluster.folder("joined.gz")
        let join = try await BuiltTool.shell.run(["-c", "cat \"$@\" > \"$0\"", joined] + paths)
        #expect(join.status == 0)
        let all = try lines(joined)
        #expect(all.filter { $0.hasPrefix("#") }.count == 3 && all.prefix(3).allSatisfy { $0.hasPrefix("#") })
        let vocabulary = try lines("\(cluster.output)/vocab.txt")
        var words: [String: Int] = [:]
        var documents: [String: Int] = [:]
        for line in all.dropFirst(3) {
            let fields = line.split(separator: " ").map(String.init)
            words[fields[4], default: 0] += 1
            documents[fields[1], default: 0] += 1
            // A word has the same number in every file of the run.
            #expect(vocabulary[Int(fields[3]) ?? -1] == fields[4])
        }
        #expect(words == cluster.corpus.wordTotals)
        #expect(documents == cluster.corpus.documentTotals)

        // The model converted from the joined state equals the model that the listener wrote.
        let converted = try await BuiltTool.main.run(
            "convert", "--model", joined, "--write=word-topic-counts,dist-lda", "--output", cluster.folder("converted"))
        try #require(converted.status == 0, "\(converted.error)")
        let last = try #require(try cluster.notes().last?["file"] as? String)
        let (ours, theirs) = (
            try ModelDump(in: cluster.folder("converted")), try ModelDump(path: "\(cluster.output)/\(last)")
        )
        #expect(ours.words == theirs.words)
        #expect(ours.documentTotals == theirs.documentTotals)
        #expect(
            try cluster.notes().last?["files"] as? [String] == [
                last, "topic_keys.txt", "topic_word.npy", "alpha.npy", "vocab.txt", "doc_topic.npz", "documents.txt",
                "doc_topics.txt",
            ])
    }

    @Test("A tool that cannot write a format names the tool that can, before it does anything")
    func refused() async throws {
        let server = try RedisServer()
        let shard = try await shard("--write=state,keys", "--redis", server.address)
        #expect(shard.status == 64)
        #expect(
            shard.lastLine.contains(
                "--write=keys: a shard has only its own documents, not the counts of the whole model: "
                    + "use it with dist-lda-listener"))
        let listener = try await BuiltTool.listener.run("--write=keys,state", "--redis", server.address)
        #expect(listener.status == 64)
        #expect(
            listener.lastLine.contains(
                "--write=state: only the shards know the topic of each token: use it with dist-lda-shard"))
        #expect(!FileManager.default.fileExists(atPath: folder("model")))
        let many = try await self.shard("--topics=5000", "--write=ldavis")
        #expect(many.status == 64 && many.lastLine.contains("a map of at most 4096 topics, but there are 5000"))
        let unknown = try await self.shard("--write=keys,cvs")
        #expect(unknown.status == 64)
        #expect(unknown.error.contains("expected dist_lda, state, keys, doc-topics, word-topic-counts"))
        for threshold in ["-0.1", "1.5", "nan"] {
            let outcome = try await self.shard("--write=doc-topics", "--doc-topics-threshold=\(threshold)")
            #expect(outcome.status == 64)
        }
    }

    @Test("A warning counts the words with white space")
    func warning() async throws {
        try folder.write("d 0\ta b:2\tc:1\n", to: "data")
        let outcome = try await shard("--write=keys,doc-topics")
        #expect(outcome.status == 0)
        #expect(
            outcome.error.contains(
                "words contain white space, which is written as _ in files where it separates fields count=1"))
        #expect(outcome.error.contains("document names contain white space, which is written as _"))
        #expect(try lines("\(folder("model"))/doc_topics.txt")[0].hasPrefix("0\td_0\t"))
    }
}

@Suite("Training from a model, --from")
struct FromTests {
    private let folder: TemporaryDirectory
    private let corpus = SmallCorpus()

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(corpus.text, to: "data")
    }

    private func shard(_ output: String, _ flags: [String]) async throws -> BuiltTool.Outcome {
        try await BuiltTool.shard.run(
            ["--document", folder("data"), "--topics=2", "--cores=2", "--output", folder(output)] + flags)
    }

    @Test("Training continues from the model", arguments: ["state", "dist_lda"])
    func goesOn(format: String) async throws {
        let first = try await shard("first", ["--iterations=200", "--write=state,dist_lda", "--publish-documents"])
        try #require(first.status == 0, "\(first.error)")
        let dump = try ModelDump.paths(in: folder("first"))[0]
        let model = format == "state" ? "\(folder("first"))/state.gz" : dump
        let second = try await shard("second", ["--iterations=1", "--show-every=1", "--from", model])
        try #require(second.status == 0, "\(second.error)")
        func likelihood(_ output: String) throws -> Double {
            try #require(try WrittenJSON.object("\(folder(output))/run.json")["ll_per_token"] as? Double)
        }
        let anew = try await shard("anew", ["--iterations=1", "--show-every=1", "--seed=2"])
        try #require(anew.status == 0, "\(anew.error)")
        #expect(try likelihood("second") > likelihood("anew") + 0.05)
        #expect(abs(try likelihood("second") - likelihood("first")) < 0.2)
        #expect(try ModelDump(in: folder("second")).wordTotals == corpus.wordTotals)
        let record = try WrittenJSON.object("\(folder("second"))/run.json")
        #expect(record["from"] as? [String] == [model] && record["anneal"] as? Int == 0)
    }

    @Test("Every shard of a cluster takes its own documents from the complete state")
    func cluster() async throws {
        let first = try await shard("first", ["--topics=4", "--iterations=20", "--write=state"])
        try #require(first.status == 0, "\(first.error)")
        let cluster = try TestCluster(shards: 2)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll(["--iterations=3", "--from", "\(folder("first"))/state.gz"])
        try await (shards + [listener]).succeed()
        try cluster.expectExactDumps()
    }

    @Test("A model that does not fit the corpus or the flags is refused")
    func refused() async throws {
        let first = try await shard("first", ["--iterations=1", "--write=state"])
        try #require(first.status == 0, "\(first.error)")
        let state = "\(folder("first"))/state.gz"
        let topics = try await shard("second", ["--topics=3", "--from", state])
        #expect(
            topics.status == 64 && topics.lastLine.contains("--topics is 3, but \(state) has 2 topics: use --topics=2"))
        try folder.write(corpus.text + "more\tw0-0:1\n", to: "data")
        let other = try await shard("second", ["--from", state])
        #expect(other.status == 65)
        #expect(
            other.lastLine.contains(
                "it has \(corpus.tokens) of the \(corpus.tokens + 1) tokens of this shard's documents"))
        let missing = try await shard("second", ["--from", folder("missing")])
        #expect(missing.status == 66)
    }
}
