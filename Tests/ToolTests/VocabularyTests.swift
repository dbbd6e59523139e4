import Foundation
import TestSupport
import Testing

@Suite("Word options: dist-lda vocabulary, and the words that a shard keeps")
struct VocabularyTests {
    private let folder: TemporaryDirectory
    private var data: String { folder("data.csv") }

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(
            "id,text\n1,\"The cat, the hat; the CAT\"\n2,A dog's day\n3,\"a cat\nand a day\"\n4,\n", to: "data.csv")
    }

    private func vocabulary(_ flags: [String], document: String? = nil) async throws -> BuiltTool.Outcome {
        try await BuiltTool.main.run(["vocabulary", "--document", document ?? data] + flags)
    }

    @Test("Words are printed by frequency, and a summary of the input is printed")
    func counts() async throws {
        let outcome = try await vocabulary(["--tokens=unicode", "--lowercase"])
        #expect(outcome.status == 0)
        #expect(outcome.output == "a\t3\t2\ncat\t3\t2\nthe\t3\t1\nday\t2\t2\nand\t1\t1\ndog's\t1\t1\nhat\t1\t1\n")
        #expect(outcome.error == "dist-lda: csv: 4 documents, 14 tokens, 7 words\n")
    }

    @Test("The words that each rule removes are reported, and the remaining list can be used as --vocab")
    func rules() async throws {
        let flags = ["--tokens=unicode", "--lowercase"]
        let stops = try folder.write("hat\n", to: "stops")
        let outcome = try await vocabulary(
            flags + ["--remove-stopwords", "--extra-stopwords=dog's,x", "--stoplist-file", stops, "--min_df=2"])
        #expect(outcome.output == "cat\t3\t2\nday\t2\t2\n")
        #expect(
            outcome.error == """
                dist-lda: csv: 4 documents, 14 tokens, 7 words
                dist-lda: removed by stop words: 5 words, 9 tokens
                dist-lda: removed by --min-df: 0 words, 0 tokens
                dist-lda: kept: 2 words, 5 tokens

                """)
        let list = try folder.write(outcome.output, to: "list.tsv")
        let again = try await vocabulary(flags + ["--vocab", list])
        #expect(again.output == outcome.output)
    }

    @Test("Words that contain white space are printed, and read again with --vocab, as different words")
    func whiteSpace() async throws {
        let text = "{\"text\": [\"new york\", \"new_york\", \"new_york\", \"new\\tyork\", \"ape\"]}\n"
        let path = try folder.write(text, to: "data.jsonl")
        let outcome = try await vocabulary([], document: path)
        #expect(outcome.output == "new_york\t2\t1\nape\t1\t1\nnew%09york\t1\t1\nnew york\t1\t1\n")
        let list = try folder.write("new york\t1\t1\n", to: "list.tsv")
        let kept = try await vocabulary(["--vocab", list], document: path)
        #expect(kept.output == "new york\t1\t1\n")
    }

    @Test("A list of documents may be longer than a file name")
    func longList() async throws {
        let paths = try (1...8).map { try folder.write("word\($0)\n", to: "file-with-a-rather-long-name-\($0).txt") }
        let outcome = try await vocabulary([], document: paths.joined(separator: ","))
        #expect(outcome.status == 0 && outcome.error.contains("text: 8 documents, 8 tokens, 8 words"))
    }

    @Test("A header with a billion rows is refused at once")
    func hugeHeader() async throws {
        let path = try folder.write(
            "%%MatrixMarket matrix coordinate integer general\n1000000000 5 1\n1 1 1\n", to: "data.mtx")
        let outcome = try await vocabulary([], document: path)
        #expect(outcome.status == 65 && outcome.error.contains("the header says 1000000000 documents but only 1"))
    }

    @Test("A shard trains on the words that are kept, and run.json records the words removed by each rule")
    func shard() async throws {
        let output = folder("output")
        let outcome = try await BuiltTool.shard.run([
            "--document", data, "--output", output, "--topics=2", "--iterations=2", "--cores=1", "--tokens=letters",
            "--lowercase", "--max-df=0.5", "--rm-top=1", "--seed=3",
        ])
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("removed words by --rm-top tokens=3 words=1"))
        let record = try WrittenJSON.object("\(output)/run.json")
        #expect(record["input_format"] as? String == "csv")
        #expect(
            record["reading"] as? String
                == "--input-format=csv --tokens=letters --lowercase --max-df=0.5 --rm-top=1")
        let removed = try #require(record["removed"] as? [[String: Any]])
        #expect(removed.map { $0["by"] as? String } == ["--max-df", "--rm-top"])
        #expect(removed.map { $0["words"] as? Int } == [0, 1])
        #expect(removed.map { $0["tokens"] as? Int } == [0, 3])
        #expect(record["tokens"] as? Int == 12)
        #expect(record["documents"] as? Int == 4)
        #expect(record["empty_documents"] as? Int == 1)
    }

    @Test("Detected properties of numbered words are logged and recorded")
    func found() async throws {
        let output = folder("output")
        let path = try folder.write("1 1:2 3:1\n1 2:1\n", to: "data.svm")
        let list = try folder.write("ape\nbee\ncat\n", to: "data.vocab")
        let outcome = try await BuiltTool.shard.run([
            "--document", path, "--output", output, "--topics=2", "--iterations=1", "--cores=1",
        ])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("ape"))
        #expect(outcome.error.contains("indices_from=1"))
        let record = try WrittenJSON.object("\(output)/run.json")
        #expect(record["found"] as? [String: String] == ["word_list": list, "indices_from": "1"])
    }

    @Test(
        "Flags that cannot be applied are refused",
        arguments: [
            (["--min-df=x"], 64, "a share from 0.0 to 1.0"), (["--max-df=1.5"], 64, "a share from 0.0 to 1.0"),
            (["--tokens=words"], 64, "whitespace"), (["--mm-rows=columns"], 64, "documents"),
            (["--vocab=/nowhere"], 66, "cannot open /nowhere"), (["--min-cf=99"], 0, "kept: 0 words, 0 tokens"),
            (["--text-field=body", "--input-format=text"], 64, "--text-field is for jsonl, csv and tsv"),
            (["--text-field=body"], 65, "no column is called \"body\""),
            (["--mm-rows=words"], 64, "--mm-rows=words is for matrix_market"),
            (["--input-format=xml"], 64, "dist_lda, text"),
        ])
    func refused(flags: [String], status: Int32, words: String) async throws {
        let outcome = try await vocabulary(flags)
        #expect(outcome.status == status)
        #expect(outcome.error.contains(words), "\(outcome.error)")
        #expect(outcome.output == "")
    }

    @Test("Flags for running text are refused for input with counted words")
    func notText() async throws {
        let path = try folder.write("d\tape:1\n", to: "data.lda")
        let outcome = try await vocabulary(["--lowercase"], document: path)
        #expect(
            outcome
                == .init(
                    status: 64, output: "",
                    error:
                        "dist-lda: --lowercase is for running text, but the documents are read as dist_lda: omit it, "
                        + "or set --input-format\n"))
    }

    @Test("Documents can be given by lists, commas and folders")
    func documents() async throws {
        let other = try folder.write("id,text\n9,zebra\n", to: "other.csv")
        let list = try folder.write("\(data)\n\(other)\n", to: "list")
        let both = try await vocabulary([], document: "\(data),\(other)")
        #expect(both.status == 0)
        #expect(both.error.contains("5 documents"))
        #expect(try await vocabulary([], document: "@" + list) == both)
        try FileManager.default.createDirectory(atPath: folder("texts"), withIntermediateDirectories: false)
        try folder.write("zebra\nzebra\n", to: "texts/1")
        let texts = try await vocabulary([], document: folder("texts"))
        #expect(
            texts
                == .init(
                    status: 0, output: "zebra\t2\t1\n", error: "dist-lda: folder: 1 documents, 2 tokens, 1 words\n"))
    }

    @Test("A shard says which flags give better topics if the most frequent words are stop words")
    func hint() async throws {
        let stopWords = "The of and to in is that it was for on are with as his they at be this from have"
        try folder.write(
            (0..<9).map { "\(stopWords) ships harbour\($0) captain\($0)\n" }.joined(), to: "letters.txt")
        func log(_ flags: String...) async throws -> String {
            try await BuiltTool.shard.run(
                ["--document", folder("letters.txt"), "--topics=2", "--iterations=1", "--output", folder("out")] + flags
            ).error
        }
        let advice = "--tokens=letters --lowercase --remove-stopwords"
        #expect(try await log().contains(advice))
        #expect(try await !log("--lowercase").contains(advice))
        try folder.write("a\tship:2\tharbour:1\n", to: "letters.txt")
        #expect(try await !log().contains(advice))
    }
}
