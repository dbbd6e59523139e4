import Corpus
import TestSupport
import Testing

struct LDACFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .ldaC)

    init() throws { sample = try SampleCorpus() }

    @Test("a file with a word list next to it is detected and read")
    func golden() throws {
        try sample.folder.write("apple\nbee\n\u{4E2D}\u{6587}\n", to: "kept.vocab")
        let path = try sample.folder.write("3 0:1 1:2 2:3\r\n0\n\n1 2:2.0\n 2  1:1\t0:1", to: "kept.dat")
        let corpus = try CorpusReader.read([path], plan: CorpusReaderTests.whole, blocks: 2)
        #expect(corpus.summary.format == .ldaC)
        #expect(
            corpus.documents == [
                0: ["apple": 1, "bee": 2, "\u{4E2D}\u{6587}": 3], 1: [:], 2: [:], 3: ["\u{4E2D}\u{6587}": 2],
                4: ["apple": 1, "bee": 1],
            ])
        #expect(corpus.summary.findings == [Finding("word_list", sample.folder("kept.vocab"))])
        #expect(corpus.summary.wordListDigest != 0)
    }

    @Test("without a word list, words are their numbers")
    func numbers() throws {
        let corpus = try sample.read("2 0:1 17:2\n", Self.options)
        #expect(corpus.documents == [0: ["0": 1, "17": 2]])
        #expect(corpus.summary.findings == [Finding("words", "numbers")])
    }

    static let faults: [(line: String, column: Int, text: String, fault: FormatFault)] = [
        ("3 0:1 1:1", 1, "3", .wrongCellCount(said: "3", found: 2)),
        ("1 0:1 1:1", 1, "1", .wrongCellCount(said: "1", found: 2)),
        ("x 0:1", 1, "x", .expected("the number of cells, then id:count id:count ...")),
        ("1 a:1", 3, "a:1", .expected("number:count")),
        ("1 -1:1", 3, "-1:1", .expected("number:count")),
        ("1 3:1", 3, "3:1", .outOfRange(what: "word", first: 0, count: 3)),
    ]

    @Test("a bad line is reported with line and column", arguments: faults)
    func refused(_ line: String, _ column: Int, _ text: String, _ fault: FormatFault) throws {
        var options = Self.options
        options.wordList = try sample.folder.write("a\nb\nc\n", to: "words")
        let error = CorpusError.badLine(
            file: sample.folder("corpus"), line: 2, column: column, text: Excerpt(Array(text.utf8)), fault: fault)
        #expect(try sample.refusal(of: "1 0:1\n\(line)\n", options) == error)
        options.skipBadLines = true
        let corpus = try sample.read("1 0:1\n\(line)\n1 1:1\n", options)
        #expect(corpus.documents == [0: ["a": 1], 1: [:], 2: ["b": 1]])
        #expect(corpus.summary.skippedLines == 1)
        #expect(corpus.summary.firstSkipped == error)
    }

    @Test(
        "counts may be reals with integral values, and are refused otherwise",
        arguments: [
            ("1:1.5", CellFault.fraction), ("1:-2", .negative), ("1:x", .notANumber), ("1:", .noCount), (":1", .noWord),
            ("1", .noCount), ("1:1e400", .tooLarge), ("1:4294967296", .tooLarge), ("1:0x1p3", .notANumber),
            ("1:nan", .notANumber),
        ])
    func counts(_ cell: String, _ fault: CellFault) throws {
        let error = CorpusError.badCell(
            file: sample.folder("corpus"), line: 1, column: 7, text: Excerpt(Array(cell.utf8)), fault: fault)
        #expect(try sample.refusal(of: "2 0:1 \(cell)\n", Self.options) == error)
    }
}
