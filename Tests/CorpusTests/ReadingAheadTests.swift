import Corpus
import Platform
import TestSupport
import Testing

/// Tests that the result depends neither on the size of chunks nor on the thread that reads them.
struct ReadingAheadTests {
    let sample: SampleCorpus
    static let plan = SlicePlan(shards: 1, cores: 3, thisShard: 0)
    static let sizes = [1, 2, 3, 7, 64, 4_096, 1 << 20]

    init() throws { sample = try SampleCorpus() }

    private func outcome(
        of paths: [String], size: Int, ahead: Bool, format: InputFormat? = nil, skipBadLines: Bool = false,
        maxLine: Int = 1 << 20, strictUTF8: Bool = false
    ) -> Result<ShardCorpus, CorpusError> {
        let options = ReadingOptions(
            format: format, maxLine: maxLine, skipBadLines: skipBadLines, strictUTF8: strictUTF8, keepNames: true,
            chunkSize: size, readsAhead: ahead)
        return Result { () throws(CorpusError) in
            try CorpusReader.read(paths, plan: Self.plan, blocks: 5, options: options)
        }
    }

    private func gzipped(_ text: String) throws -> [UInt8] {
        try sample.folder.gzip([Array(text.utf8)], to: "whole.gz")
        return try sample.folder.contents(of: "whole.gz")
    }

    /// Returns files of both formats, plain and compressed, with all kinds of line ends and beginnings of files.
    private func corpora() throws -> [[String]] {
        let counted = (0..<40).map { line -> String in
            "name\(line % 31)\t"
                + (0...line % 9).map { "word\($0 * line % 13):\($0 * 100 + 1)" }.joined(separator: "\t")
        }
        let windows = "\u{FEFF}" + counted.joined(separator: "\r\n")
        return [
            [try sample.folder.write(sampleText, to: "text")],
            [try sample.folder.write(String(sampleText.dropLast()), to: "no-end")],
            [try sample.folder.write("\u{FEFF}\r\n\r\r\na\rb\r\n\n" + sampleText, to: "returns")],
            [try sample.folder.gzip([Array(windows.utf8)], to: "windows.gz")],
            [
                try sample.folder.write("\u{FEFF}", to: "mark"), try sample.folder.write("", to: "nothing"),
                try sample.folder.write(counted.joined(separator: "\n"), to: "counted"),
                try sample.folder.gzip([Array(windows.utf8), Array("\r".utf8)], to: "again.gz"),
            ],
        ]
    }

    @Test("chunks of any size give the same corpus, with and without reading ahead", arguments: sizes, [false, true])
    func same(_ size: Int, _ ahead: Bool) throws {
        for paths in try corpora() {
            let plain = try outcome(of: paths, size: 1 << 18, ahead: false).get()
            let cut = try outcome(of: paths, size: size, ahead: ahead).get()
            #expect(cut.summary == plain.summary, "\(paths)")
            #expect(cut.slices == plain.slices, "\(paths)")
            #expect(cut.words == plain.words, "\(paths)")
            #expect(cut.blockStarts == plain.blockStarts, "\(paths)")
            #expect(cut.documentNames == plain.documentNames, "\(paths)")
        }
    }

    @Test("the first error of a file is reported with its position", arguments: sizes, [false, true])
    func errors(_ size: Int, _ ahead: Bool) throws {
        let lines = (1...50).map { "name\($0)\tword:\($0)\n" }
        func text(_ changes: [Int: String]) -> String {
            lines.enumerated().map { changes[$0.offset + 1] ?? $0.element }.joined()
        }
        let good = try sample.folder.write(text([:]), to: "good")
        let bad = try sample.folder.write(text([7: "n\ta:1\tb:x\n", 9: "n\ta:y\n"]), to: "bad")
        let long = try sample.folder.write(text([7: String(repeating: "x", count: 2_000)]), to: "long")
        let badThenLong = try sample.folder.write(
            text([7: "n\tb:x\n", 8: String(repeating: "x", count: 2_000)]), to: "bad-long")
        let member = try gzipped(text([:]))
        let cut = try sample.folder.write(Array(member.dropLast(8)), to: "cut.gz")
        let missing = sample.folder("missing")
        let cell = CorpusError.badCell(
            file: bad, line: 7, column: 7, text: Excerpt(Array("b:x".utf8)), fault: .notANumber)
        let early = CorpusError.badCell(
            file: badThenLong, line: 7, column: 3, text: Excerpt(Array("b:x".utf8)), fault: .notANumber)
        let cases: [([String], CorpusError)] = [
            ([good, bad, missing], cell),
            ([good, missing, bad], .cannotOpen(file: missing, errno: ENOENT)),
            ([good, long, bad], .lineTooLong(file: long, line: 7, limit: 1_000)),
            ([badThenLong], early),
            ([good, cut], .damagedFile(file: cut, line: 51, byte: member.count - 8, reason: "the file is cut short")),
        ]
        for (paths, error) in cases {
            #expect(throws: error, "\(paths)") {
                try outcome(of: paths, size: size, ahead: ahead, format: .distLDA, maxLine: 1_000).get()
            }
        }
        let skipping = try outcome(of: [good, bad], size: size, ahead: ahead, skipBadLines: true).get()
        #expect(skipping.summary.skippedLines == 2)
        #expect(skipping.summary.firstSkipped == cell)
    }

    @Test("the format is detected from the first lines even if an error follows", arguments: sizes)
    func formatBeforeDamage(_ size: Int) throws {
        let member = try gzipped("n\tbad\n" + (0..<90).map { "n\ta:\($0)\n" }.joined())
        let path = try sample.folder.write(Array(member.dropLast(4)), to: "cut.gz")
        let error = CorpusError.badCell(
            file: path, line: 1, column: 3, text: Excerpt(Array("bad".utf8)), fault: .noCount)
        #expect(throws: error) { try outcome(of: [path], size: size, ahead: true).get() }
    }

    @Test(
        "an error is reported even if a pipe has no more data and stays open", .timeLimit(.minutes(1)),
        arguments: sizes)
    func openPipe(_ size: Int) throws {
        let path = sample.folder("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        // Opened for reading too, so that open(2) does not block.
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        let text = Array("name\ta:1\nname\ta:x\nname\ta:1\n".utf8)
        #expect(text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == text.count)
        let error = CorpusError.badCell(
            file: path, line: 2, column: 6, text: Excerpt(Array("a:x".utf8)), fault: .notANumber)
        #expect(throws: error) { try outcome(of: [path], size: size, ahead: true, format: .distLDA).get() }
    }
}
