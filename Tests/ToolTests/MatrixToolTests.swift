import Foundation
import TestSupport
import Testing

@Suite("Matrices with their lists, from the command line to the model")
struct MatrixToolTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: folder("geo"), withIntermediateDirectories: false)
        for (name, text) in [
            ("features.tsv", "E1\tZ\tGene Expression\nE2\tB\tGene Expression\nE3\tZ\tGene Expression\nE4\tA\tPeaks\n"),
            ("barcodes.tsv", "AAAC-1\nAAAG-1\nAAAT-1\n"),
            (
                "matrix.mtx",
                "%%MatrixMarket matrix coordinate integer general\n4 3 6\n1 1 2\n2 1 1\n3 2 4\n4 2 1\n1 3 3\n4 3 2\n"
            ),
        ] {
            try folder.gzip([Array(text.utf8)], to: "geo/GSM9_\(name).gz")
        }
    }

    private func lines(_ path: String) throws -> [String] {
        String(decoding: try folder.contents(of: path), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func train(_ document: String, _ flags: String...) async throws -> BuiltTool.Outcome {
        try await BuiltTool.shard.run(
            ["--document", folder(document), "--topics=2", "--iterations=3", "--cores=1", "--output", folder("model")]
                + flags)
    }

    @Test(
        "A matrix, or its folder, is trained on with the names of its genes and cells",
        arguments: ["geo", "geo/GSM9_matrix.mtx.gz"])
    func names(document: String) async throws {
        let outcome = try await train(document, "--write=numpy,state", "--keep-word-order")
        try #require(outcome.status == 0, "\(outcome.error)")
        #expect(try lines("model/vocab.txt") == ["Z", "B", "Z-1", "A"])
        #expect(try lines("model/documents.txt") == ["AAAC-1", "AAAG-1", "AAAT-1"])
        #expect(outcome.error.contains("warning a name in ") && outcome.error.contains("is equal to an earlier one"))
        #expect(outcome.error.contains("features of several types (Gene Expression: 3, Peaks: 1)"))
        let record = try WrittenJSON.object(folder("model/run.json"))
        #expect((record["warnings"] as? [String])?.count == 2)
        #expect((record["found"] as? [String: String])?["rows"] == "words")
    }

    @Test("With --keep-word-order, all files of a model have the same numbers, and every word its counts")
    func wordOrder() async throws {
        let formats = "--write=numpy,word-topic-counts,topic-word-weights,csv,state,dist_lda"
        let outcome = try await train("geo", formats, "--keep-word-order", "--feature-types=Gene Expression")
        try #require(outcome.status == 0, "\(outcome.error)")
        #expect(try lines("model/vocab.txt") == ["Z", "B", "Z-1"])
        let counts = try lines("model/word_topic_counts.txt").map { $0.split(separator: " ") }
        #expect(counts.map { $0[0...1].joined(separator: " ") } == ["0 Z", "1 B", "2 Z-1"])
        let totals = counts.map { line in line[2...].reduce(0) { $0 + (Int($1.split(separator: ":")[1]) ?? 0) } }
        #expect(totals == [5, 1, 4])
        #expect(
            try lines("model/topic_word_weights.txt").map { $0.split(separator: "\t")[1] }.prefix(3) == [
                "Z", "B", "Z-1",
            ])

        // The same order for the model in a file.
        let dump = try ModelDump.paths(in: folder("model"))[0]
        for (model, output) in [(dump, "a"), (folder("model/state.gz"), "b")] {
            let converted = try await BuiltTool.main.run([
                "convert", "--model", model, "--write=word-topic-counts,diagnostics", "--keep-word-order",
                "--word-list",
                folder("geo/GSM9_features.tsv.gz"), "--output", folder(output),
            ])
            try #require(converted.status == 0, "\(converted.error)")
            #expect(try lines("\(output)/word_topic_counts.txt") == lines("model/word_topic_counts.txt"))
        }
    }

    @Test("--vocab gives the order for text")
    func vocab() async throws {
        try folder.write("bee ape cat\ncat dog ape\n", to: "text")
        let list = try folder.write("dog\ncat\nelk\nape\n", to: "list")
        let outcome = try await train(
            "text", "--input-format=text", "--vocab", list, "--keep-word-order", "--write=numpy")
        try #require(outcome.status == 0, "\(outcome.error)")
        #expect(try lines("model/vocab.txt") == ["dog", "cat", "ape"])
    }

    @Test("A matrix of which nothing is known gives a warning")
    func unknown() async throws {
        try folder.write("%%MatrixMarket matrix coordinate integer general\n2 2 2\n1 1 1\n2 2 1\n", to: "m.mtx")
        let trained = try await train("m.mtx")
        #expect(trained.status == 0 && trained.error.contains("warning no list of words was found for"))
        let counted = try await BuiltTool.main.run("vocabulary", "--document", folder("m.mtx"))
        #expect(counted.status == 0 && counted.error.contains("dist-lda: warning: no list of words was found for"))
    }

    @Test(
        "Flags that do not apply are refused",
        arguments: [
            (["--keep-word-order"], "--keep-word-order is for documents with a list of words"),
            (["--feature-names=id"], "--feature-names is for matrix_market"), (["--index-base=2"], "from 0 to 1"),
            (["--index-base=1"], "--index-base is for lda_c"), (["--no-quotes"], "--no-quotes is for csv and tsv"),
            (["--feature-names=name"], "one of 'id' and 'symbol'"),
            (["--keep-word-order", "--redis=localhost:1"], "dist-lda-listener writes the words"),
        ])
    func refused(flags: [String], message: String) async throws {
        try folder.write("ape bee\n", to: "text")
        let outcome = try await BuiltTool.shard.run(
            ["--document", folder("text"), "--input-format=text", "--topics=2", "--output", folder("model")] + flags)
        #expect(outcome.status == 64)
        #expect(outcome.error.replacing("\n", with: " ").contains(message), "\(outcome.error)")
    }

    @Test("Lists of words that are not what they seem are refused, and equal words are said")
    func lists() async throws {
        try folder.write("2 0:1 1:2\n", to: "k.ldac")
        func count(_ list: String) async throws -> BuiltTool.Outcome {
            try await BuiltTool.main.run(
                "vocabulary", "--document", folder("k.ldac"), "--word-list", folder.write(list, to: "list"))
        }
        let numbered = try await count("0 ape\n1 bee\n")
        #expect(
            numbered.status == 65 && numbered.error.contains("list:1: the lines of the word list begin with numbers"))
        let gensim = try await count("1\n1\tape\t1\n0\tbee\t1\n")
        #expect(gensim.status == 0 && gensim.output == "ape\t2\t1\nbee\t1\t1\n")
        let equal = try await count("ape\nape\n")
        #expect(equal.output == "ape\t3\t1\n" && equal.error.contains("warning: a word in "))
        try folder.write("2 1:1 2:2\n", to: "k.ldac")
        let shifted = try await BuiltTool.main.run(
            "vocabulary", "--document", folder("k.ldac"), "--word-list", folder.write("ape\nbee\n", to: "list"),
            "--index-base=1", "--binarize")
        #expect(shifted.output == "ape\t1\t1\nbee\t1\t1\n")
    }

    @Test("Contractions are stop words, whatever their apostrophe is and wherever words are split")
    func contractions() async throws {
        try folder.write("Don't don\u{2019}t it\u{2019}s I\u{2019}m we\u{2019}ve isn't ship\n", to: "text")
        for rule in ["unicode", "letters", "mallet", "whitespace"] {
            let outcome = try await BuiltTool.main.run(
                "vocabulary", "--document", folder("text"), "--input-format=text", "--tokens=\(rule)", "--lowercase",
                "--remove-stopwords")
            #expect(outcome.output == "ship\t1\t1\n", "\(rule)")
        }
        try folder.write("d1 x the foo bar qux\n", to: "st.mallet")
        let outcome = try await BuiltTool.main.run(
            "vocabulary", "--document", folder("st.mallet"), "--input-format=mallet", "--stoplist-file",
            folder.write("the foo\nbar\n", to: "stops"))
        #expect(outcome.output == "qux\t1\t1\n")
    }
}
