import Corpus
import TestSupport
import Testing

struct DistLDAFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .distLDA)

    init() throws { sample = try SampleCorpus() }

    @Test(
        "cells of a document",
        arguments: [
            ("d\ta:1\tb:2", ["a": 1, "b": 2]),
            ("d\thttp://x:80:3", ["http://x:80": 3]),
            ("d\t::4", [":": 4]),
            ("d\ttwo words:5", ["two words": 5]),
            ("d\ta:1\tb:1\ta:2", ["a": 3, "b": 1]),
            ("d\ta:0\tb:1", ["b": 1]),
            ("d\ta:007", ["a": 7]),
            ("d\ta:1\t", ["a": 1]),
            ("d\ta:1\t\t\t", ["a": 1]),
            ("\ta:1", ["a": 1]),
            ("d:3 e\ta:1", ["a": 1]),
            ("d\ta\0b:2", ["a\0b": 2]),
        ] as [(String, [String: Int])])
    func cells(_ line: String, _ counts: [String: Int]) throws {
        for end in ["", "\n", "\r\n"] {
            let corpus = try sample.read(line + end, Self.options.allowingNUL)
            #expect(corpus.documents == [0: counts])
            #expect(corpus.vocabulary.count == counts.count, "a word with count 0 is not in the vocabulary")
        }
    }

    @Test(
        "lines without tokens are documents that keep their rows",
        arguments: ["", " ", "name", "name\t", "n\ta:0", "\t"])
    func emptyDocuments(_ line: String) throws {
        let corpus = try sample.read("first\ta:1\n\(line)\nlast\tb:1\n", Self.options)
        #expect(corpus.documents == [0: ["a": 1], 1: [:], 2: ["b": 1]])
        #expect(corpus.slices[0].documentLengths == [1, 0, 1])
        #expect(corpus.summary.emptyDocuments == 1)
        #expect(corpus.summary.lines == 3)
    }

    static let badCells: [(cell: String, fault: CellFault)] = [
        ("word", .noCount), ("word:", .noCount), ("a:b:", .noCount), (":3", .noWord), (":", .noWord),
        ("word:-1", .negative), ("word:-0.5", .negative), ("word:1.5", .fraction), ("word:2.0", .fraction),
        ("word:1e3", .fraction), ("word:nan", .notANumber), ("word:three", .notANumber), ("word: 3", .notANumber),
        ("word:3 ", .notANumber), ("word:3x", .notANumber), ("word:4294967296", .tooLarge),
        ("word:99999999999999999999999999", .tooLarge),
    ]

    @Test("a bad cell is reported with file, line, column, text and fault", arguments: badCells)
    func badCell(_ cell: String, _ fault: CellFault) throws {
        let error = CorpusError.badCell(
            file: sample.folder("corpus"), line: 2, column: 8, text: Excerpt(Array(cell.utf8)), fault: fault)
        #expect(try sample.refusal(of: "one\ta:1\nn\tok:1\t\(cell)\tb:1\n", Self.options) == error)
        #expect(try sample.refusal(of: "one\ta:1\nn\tok:1\t\(cell)", Self.options) == error)
    }

    @Test("an empty cell between two others is reported at its column")
    func emptyCell() throws {
        let error = CorpusError.badCell(
            file: sample.folder("corpus"), line: 1, column: 5, text: Excerpt([]), fault: .empty)
        #expect(try sample.refusal(of: "nam\t\tb:1", Self.options) == error)
        #expect(try sample.refusal(of: "n\ta\t\t\tb:1", Self.options) != nil)
    }

    @Test("the largest count is a valid count, but exceeds the token limit")
    func largestCount() throws {
        let error = CorpusError.documentTooLong(
            file: sample.folder("corpus"), line: 1, tokens: 4_294_967_295, limit: 1 << 24)
        #expect(try sample.refusal(of: "d\ta:4294967295\n", Self.options) == error)
    }

    @Test("a skipped line keeps its row, adds no words, and is counted", arguments: badCells)
    func skipped(_ cell: String, _ fault: CellFault) throws {
        var options = Self.options
        options.skipBadLines = true
        options.keepNames = true
        let corpus = try sample.read("one\ta:1\nbad\tlost:1\t\(cell)\nlast\tb:1\n", options)
        #expect(corpus.documents == [0: ["a": 1], 1: [:], 2: ["b": 1]])
        #expect(Set(corpus.words) == ["a", "b"])
        #expect(corpus.names() == ["one", "bad", "last"])
        #expect(corpus.summary.skippedLines == 1)
        #expect(corpus.summary.emptyDocuments == 1)
        let first = CorpusError.badCell(
            file: sample.folder("corpus"), line: 2, column: 12, text: Excerpt(Array(cell.utf8)), fault: fault)
        #expect(corpus.summary.firstSkipped == first)
    }

    @Test("a shard does not validate the lines of other shards")
    func othersLines() throws {
        let text = "a\tx:1\nb\tbroken\n"
        let plan = SlicePlan(shards: 2, cores: 1, thisShard: 0)
        #expect(try sample.read(text, plan: plan, Self.options).documents == [0: ["x": 1]])
        #expect(try sample.refusal(of: text, plan: SlicePlan(shards: 2, cores: 1, thisShard: 1), Self.options) != nil)
    }
}
