import Foundation
import TestSupport
import Testing

@Suite("dist-lda convert")
struct ConvertTests {
    private let folder: TemporaryDirectory
    private let corpus = SmallCorpus(documents: 20)

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(corpus.text, to: "small.lda")
    }

    private func convert(_ flags: [String]) async throws -> BuiltTool.Outcome {
        try await BuiltTool.main.run(["convert"] + flags)
    }

    private static let files = [
        "dist_lda": "small.lda", "text": "small.txt", "mallet": "small.mallet", "lda_c": "small.ldac",
        "svmlight": "small.svm", "jsonl": "small.jsonl", "uci": "docword.small.txt", "matrix_market": "small.mm",
    ]

    /// Returns the lines `name TAB word:count ...` with their cells sorted.
    private func cells(_ path: String, withNames: Bool) throws -> [[String]] {
        String(decoding: try TinyModel.contents(path), as: UTF8.self).split(separator: "\n").map { line in
            let fields = line.split(separator: "\t").map(String.init)
            return (withNames ? [fields[0]] : []) + fields.dropFirst().sorted()
        }
    }

    @Test("A file that is read is not replaced by the result", arguments: [[], ["--lowercase", "--min-df=1"]])
    func ownInput(flags: [String]) async throws {
        let path = try folder.write("The Ships\nThe Harbour\n", to: "letters.txt")
        let outcome = try await convert(["--document", path, "--to=text", "--output", folder.path] + flags)
        #expect(outcome.status == 73)
        #expect(
            outcome.lastLine.hasSuffix(
                "cannot create \(path) (File exists): it has been read and would be replaced; name another folder with "
                    + "--output"))
        #expect(try String(decoding: folder.contents(of: "letters.txt"), as: UTF8.self) == "The Ships\nThe Harbour\n")
    }

    @Test("Converted to any format and back to dist_lda, a corpus has the same counts", arguments: files.keys.sorted())
    func thereAndBack(format: String) async throws {
        let there = try await convert([
            "--document", folder("small.lda"), "--to", format, "--output", folder("there"),
        ])
        try #require(there.status == 0, "\(there.error)")
        let back = try await convert(
            [
                "--document", "\(folder("there"))/\(Self.files[format]!)", "--input-format", format, "--to=dist_lda",
                "--output", folder("back"),
            ] + (format == "jsonl" ? ["--id-field=id"] : []))
        try #require(back.status == 0, "\(back.error)")
        let keepsNames = ["dist_lda", "mallet", "jsonl"].contains(format)
        #expect(
            try cells("\(folder("back"))/small.lda", withNames: keepsNames)
                == cells(folder("small.lda"), withNames: keepsNames))
    }

    @Test("Removed words are reported, and the other words keep their order")
    func removed() async throws {
        let outcome = try await convert([
            "--document", folder("small.lda"), "--to=lda_c", "--min-df=3", "--extra-stopwords=w0-0", "--output",
            folder("out"),
        ])
        try #require(outcome.status == 0, "\(outcome.error)")
        let words = String(decoding: try TinyModel.contents("\(folder("out"))/small.vocab"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        var documents: [String: Int] = [:]
        var order: [String] = []
        for cells in try cells(folder("small.lda"), withNames: false) {
            for word in Set(cells.map { String($0.split(separator: ":")[0]) }) { documents[word, default: 0] += 1 }
        }
        for line in corpus.lines {
            for cell in line.split(separator: "\t").dropFirst() {
                let word = String(cell.split(separator: ":")[0])
                if !order.contains(word) { order.append(word) }
            }
        }
        #expect(words == order.filter { $0 != "w0-0" && documents[$0]! >= 3 })
        #expect(outcome.error.contains("removed words") && outcome.error.contains("words=1\n"), "\(outcome.error)")
    }

    @Test("A state holds the corpus it was trained on")
    func stateToCorpus() async throws {
        let trained = try await BuiltTool.shard.run(
            "--document", folder("small.lda"), "--topics=3", "--iterations=5", "--output", folder("model"),
            "--write=state,dist_lda")
        try #require(trained.status == 0, "\(trained.error)")
        let outcome = try await convert([
            "--model", "\(folder("model"))/state.gz", "--to=dist-lda", "--output", folder("back"),
        ])
        try #require(outcome.status == 0, "\(outcome.error)")
        #expect(
            try cells("\(folder("back"))/state.lda", withNames: true) == cells(folder("small.lda"), withNames: true))

        // From a dump, only the contents of a dump can be written; the counts are those of the state.
        let dump = try ModelDump.paths(in: folder("model"))[0]
        for (model, name) in [(dump, "a"), ("\(folder("model"))/state.gz", "b")] {
            let outcome = try await convert(["--model", model, "--write=dist_lda,keys", "--output", folder(name)])
            try #require(outcome.status == 0, "\(outcome.error)")
        }
        #expect(try ModelDump(in: folder("a")).words == ModelDump(in: folder("b")).words)
        let refused = try await convert(["--model", dump, "--write=state", "--output", folder("c")])
        #expect(refused.status == 64 && refused.lastLine.contains("a dump does not hold the topic of each token"))
        let missing = try await convert(["--model", dump, "--write=doc-topics", "--output", folder("d")])
        #expect(missing.status == 64 && missing.error.contains("the dump has no documents"))
    }

    @Test(
        "Conversions that are refused",
        arguments: [
            ([], 64, "name what to convert with --document or --model"),
            (["--document=x"], 64, "name the format to write with --to"),
            (["--document=x", "--model=y"], 64, "give either --document or --model, not both"),
            (["--document=x", "--to=lda_c", "--write=keys"], 64, "--write=keys is for models"),
            (["--model=x"], 64, "name what to write with --write or --to"),
            (["--model=-", "--write=keys"], 64, "name files, not standard input"),
            (["--document=x", "--to=what"], 64, "expected dist_lda, text, mallet"),
            (["--document=missing", "--to=uci"], 66, "cannot open missing"),
            (["--model=missing", "--write=keys"], 66, "cannot open missing"),
        ])
    func refused(flags: [String], status: Int, message: String) async throws {
        let outcome = try await convert(flags + ["--output", folder("out")])
        #expect(outcome.status == Int32(status))
        #expect(outcome.error.contains(message), "\(outcome.error)")
    }

    @Test("A damaged model is refused with code 65 and the place of the damage")
    func damaged() async throws {
        try folder.write("#doc source pos typeindex type topic\n0 a 0 0 ape\n", to: "state")
        let outcome = try await convert(["--model", folder("state"), "--write=keys", "--output", folder("out")])
        #expect(outcome.status == 65)
        #expect(outcome.lastLine.contains("/state:2:1: there are 5 fields instead of six"))
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }
}
