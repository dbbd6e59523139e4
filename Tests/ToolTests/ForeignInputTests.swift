import Foundation
import TestSupport
import Testing

@Suite("Input that is not what it seems, and other encodings")
struct ForeignInputTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func vocabulary(_ document: String, _ flags: [String] = []) async throws -> BuiltTool.Outcome {
        try await BuiltTool.main.run(["vocabulary", "--document", document] + flags)
    }

    private func train(_ document: String, _ flags: [String] = []) async throws -> BuiltTool.Outcome {
        try await BuiltTool.shard.run(
            ["--document", document, "--output", folder("output"), "--topics=2", "--iterations=2", "--cores=1"] + flags)
    }

    @Test("A list of words that was read is not replaced by a model, and this is found before the training")
    func ownWordList() async throws {
        let list = try folder.write("apple\nbank\ncat\n", to: "vocab.txt")
        let path = try folder.write("2 0:1 1:2\n2 1:1 2:4\n", to: "ap.ldac")
        let outcome = try await train(path, ["--output", folder.path, "--write=numpy"])
        #expect(outcome.status == 73 && outcome.lastLine.contains("cannot create \(list) (File exists)"))
        #expect(!outcome.error.contains("finished"))
        #expect(try String(decoding: folder.contents(of: "vocab.txt"), as: UTF8.self) == "apple\nbank\ncat\n")
        #expect(try await train(path, ["--write=numpy"]).status == 0)
    }

    @Test("Text that looks like a table is read with a warning; prose is not", arguments: ["\t", ",", ";"])
    func table(separator: String) async throws {
        let rows = (0..<6).map { "gene\($0)\(separator)\($0)\(separator)0\(separator)2\n" }.joined()
        let warning = "all have 4 columns separated by"
        let path = try folder.write(rows, to: "dense.txt")
        #expect(try await vocabulary(path).error.contains(warning))
        #expect(try await !vocabulary(path, ["--input-format=text"]).error.contains(warning))
        try folder.write(rows + "a line of prose\n", to: "dense.txt")
        #expect(try await !vocabulary(path).error.contains(warning))
    }

    @Test("A folder with a matrix that is not one of cells is not read as text")
    func matrixInFolder() async throws {
        try FileManager.default.createDirectory(atPath: folder("kb"), withIntermediateDirectories: true)
        let matrix = try folder.write(
            "%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1\n", to: "kb/x.mtx")
        try folder.write("AAA\n", to: "kb/x.barcodes.txt")
        let outcome = try await vocabulary(folder("kb"))
        #expect(outcome.status == 65)
        #expect(outcome.lastLine.contains("\(matrix) is matrix_market, according to its name"))
    }

    @Test("A file and its compressed copy are not both read", arguments: ["*", "a.txt,FOLDER/a.txt.gz", ""])
    func compressedCopy(names: String) async throws {
        try FileManager.default.createDirectory(atPath: folder("twice"), withIntermediateDirectories: true)
        try folder.write("a b\n", to: "twice/a.txt")
        try folder.gzip([Array("a b\n".utf8)], to: "twice/a.txt.gz")
        let outcome = try await vocabulary("\(folder("twice"))/\(names.replacing("FOLDER", with: folder("twice")))")
        #expect(outcome.status == 65)
        #expect(outcome.lastLine.contains("have the same name apart from their compression"), "\(outcome.error)")
    }

    @Test("Standard input that is closed is an error")
    func closedInput() async throws {
        let outcome = try await BuiltTool.shell.run(
            ["-c", "'\(BuiltTool.main.path)' vocabulary --document - <&-"], deadline: 20)
        #expect([66, 74].contains(outcome.status), "\(outcome)")
        #expect(outcome.lastLine.contains("standard input"))
    }

    struct Refusal: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        /// The error after the path of the file.
        let sentence: String

        init(_ name: String, _ bytes: [UInt8], _ sentence: String) {
            (self.name, self.bytes, self.sentence) = (name, bytes, sentence)
        }

        init(_ name: String, _ text: String, _ sentence: String) { self.init(name, Array(text.utf8), sentence) }

        var testDescription: String { name }
    }

    static let refusals = [
        Refusal(
            "b.bz2", Array("BZh91AY&SY".utf8) + [0x39, 0xC5, 0x1A],
            " is a bzip2 file, according to its first bytes: decompress it, for example: bunzip2 -c FILE | "
                + "dist-lda-shard --document=- ..."),
        Refusal(
            "page.txt", "<!DOCTYPE html>\n<p>Not found\n",
            " is an HTML page, according to its first characters: extract its text, one document per line or file, or "
                + "pass --input-format to read it as it is"),
        Refusal(
            "letter.doc", "a text\n",
            " is an old Office document (.doc, .xls, .ppt), according to its name: save it as plain text, or a table "
                + "as CSV in UTF-8, or pass --input-format to read it as it is"),
        Refusal(
            "reviews.csv", "id,review,stars\n1,\"good, very good\",5\n2,bad,1\n",
            ":1:1: no column is called \"text\" (see --text-field and --id-field); the columns are id, review, stars "
                + "in \"id,review,stars\": fix the line, or pass --skip-bad-lines or another --input-format"),
        Refusal(
            "a.mtx", "3 3 2\n2 1 1\n3 1 1\n",
            ":1:1: expected %%MatrixMarket matrix coordinate integer|real|pattern general in \"3 3 2\": fix the line, "
                + "or pass --skip-bad-lines or another --input-format"),
        Refusal(
            "nul.txt", "a b\nc\0d\n",
            ":2:2: a NUL byte, so this is probably no text: name a file of text, give its --encoding, or pass "
                + "--allow-nul to read NUL like any other byte"),
        Refusal(
            "wide.txt", Array("alpha\n".utf8).flatMap { [$0, 0] },
            " seems to be utf-16le without a byte-order mark: pass --encoding=utf-16le, or --allow-nul to read it as "
                + "it is"),
    ]

    @Test("is refused with a sentence and exit code 65, and nothing is written", arguments: refusals)
    func refused(_ refusal: Refusal) async throws {
        let path = try folder.write(refusal.bytes, to: refusal.name)
        let sentence = refusal.sentence.replacing("FILE", with: path)
        let trained = try await train(path)
        #expect(trained == .init(status: 65, output: "", error: "dist-lda-shard: \(path)\(sentence)\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("output")).isEmpty)
        let counted = try await vocabulary(path)
        #expect(counted == .init(status: 65, output: "", error: "dist-lda: \(path)\(sentence)\n"))
    }

    @Test("The same bytes are refused on standard input")
    func standardInput() async throws {
        let outcome = try await BuiltTool.main.run(
            ["vocabulary", "--document=-"], input: "[{\"text\": \"a\"}, {\"text\": \"b\"}]\n")
        #expect(outcome.status == 65)
        #expect(outcome.error.contains("standard input is one JSON array, not JSON Lines, according to its first"))
        #expect(outcome.error.contains("jq -c '.[]'"))
    }

    @Test("Lines that are not UTF-8 give a warning and are counted in run.json; --encoding reads them")
    func latin() async throws {
        let path = try folder.write([0x63, 0x61, 0x66, 0xE9, 0x20, 0x78, 0x0A, 0x78, 0x0A], to: "latin.txt")
        let warning =
            "lines that are not UTF-8: 1, the first at \(path):1:4; their words are kept as bytes: give their "
            + "--encoding (latin1, windows-1252, utf-16 ...), or refuse them with --strict-utf8"
        let trained = try await train(path)
        #expect(trained.status == 0)
        #expect(trained.error.contains("warning \(warning)"))
        #expect(try WrittenJSON.object("\(folder("output"))/run.json")["lines_not_utf8"] as? Int == 1)
        let counted = try await vocabulary(path, ["--encoding=latin1"])
        #expect(counted.output == "x\t2\t2\ncaf\u{E9}\t1\t1\n")
        #expect(counted.error == "dist-lda: text: 2 documents, 3 tokens, 2 words\ndist-lda: encoding: latin1\n")
        let unknown = try await vocabulary(path, ["--encoding=koi8-r"])
        #expect(unknown.status == 64)
        #expect(unknown.error.contains("expected utf-8, latin1, windows-1252"))
    }

    @Test("UTF-16 with a byte-order mark and lines that end with CR are read")
    func read() async throws {
        let wide = try folder.write(
            [0xFF, 0xFE] + Array("id,text\n1,b a b\n".utf8).flatMap { [$0, 0] }, to: "wide.csv")
        #expect(try await vocabulary(wide).output == "b\t2\t1\na\t1\t1\n")
        let returns = try folder.write("alpha beta\rgamma beta\r", to: "returns.txt")
        #expect(try await vocabulary(returns).output == "beta\t2\t2\nalpha\t1\t1\ngamma\t1\t1\n")
    }

    @Test("Files of a folder that are not text are skipped with a warning; without any text, the run is refused")
    func folders() async throws {
        try FileManager.default.createDirectory(atPath: folder("texts"), withIntermediateDirectories: true)
        let pdf = try folder.write("%PDF-1.7\n", to: "texts/1.pdf")
        let alone = try await train(folder("texts"))
        #expect(alone.status == 65)
        #expect(alone.lastLine.hasPrefix("dist-lda-shard: \(pdf) is a PDF document, according to its first characters"))
        try folder.write("a text", to: "texts/2.txt")
        let trained = try await train(folder("texts"))
        #expect(trained.status == 0)
        #expect(trained.error.contains("skipped files that cannot be read; the first: \(pdf) is a PDF document"))
        let record = try WrittenJSON.object("\(folder("output"))/run.json")
        #expect(record["skipped_lines"] as? Int == 1)
        #expect(record["documents"] as? Int == 2)
    }
}
