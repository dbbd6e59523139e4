import Corpus
import TestSupport
import Testing

struct TextFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .text)

    init() throws { sample = try SampleCorpus() }

    @Test(
        "tokens stand between ASCII white space",
        arguments: [
            ("a b a", ["a": 2, "b": 1]),
            ("  a\t\tb\u{B}c\u{C}d \r e ", ["a": 1, "b": 1, "c": 1, "d": 1, "e": 1]),
            ("a:1 b", ["a:1": 1, "b": 1]),
            ("one\u{A0}word another\u{2003}word", ["one\u{A0}word": 1, "another\u{2003}word": 1]),
            ("a\0b \0 \u{1B}[31m", ["a\0b": 1, "\0": 1, "\u{1B}[31m": 1]),
            (
                "abcdefgh abcdefghi abcdefghijklmnopqrstuvwxyz",
                [
                    "abcdefgh": 1, "abcdefghi": 1, "abcdefghijklmnopqrstuvwxyz": 1,
                ]
            ),
        ] as [(String, [String: Int])])
    func tokens(_ line: String, _ counts: [String: Int]) throws {
        for end in ["", "\n", "\r\n"] {
            #expect(try sample.read(line + end, Self.options).documents == [0: counts])
        }
    }

    @Test("words of every length at every place in the line are cut right")
    func cuts() throws {
        for first in 0...20 {
            for second in 1...20 {
                let words = [String(repeating: "a", count: first), String(repeating: "b", count: second), "c"]
                let expected = Dictionary(uniqueKeysWithValues: words.filter { !$0.isEmpty }.map { ($0, 1) })
                #expect(try sample.read(words.joined(separator: " "), Self.options).documents == [0: expected])
            }
        }
    }

    @Test("an empty line is a document and keeps its row")
    func emptyLines() throws {
        let corpus = try sample.read("\na\n\n \t\nb\n\n", Self.options)
        #expect(corpus.documents == [0: [:], 1: ["a": 1], 2: [:], 3: [:], 4: ["b": 1], 5: [:]])
        #expect(corpus.summary.emptyDocuments == 4)
    }

    @Test("bytes that are not UTF-8 are kept as they are")
    func notUTF8() throws {
        let corpus = try sample.read([0x61, 0xFF, 0x20, 0xC3, 0x0A, 0xFE, 0x0A], Self.options)
        let words = (0..<corpus.vocabulary.count).map { corpus.vocabulary.word($0) }
        #expect(Set(words) == [[0x61, 0xFF], [0xC3], [0xFE]])
    }

    @Test("unless UTF-8 is asked for: then they are told by line and column, or skipped")
    func strictUTF8() throws {
        var options = ReadingOptions(strictUTF8: true)
        let path = try sample.folder.write([0xC3, 0xA9, 0x0A, 0x61, 0x20, 0xC3, 0x28, 0x0A, 0x62], to: "latin")
        let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)
        let error = CorpusError.notUTF8(file: path, line: 2, column: 3)
        #expect(throws: error) { try CorpusReader.read([path], plan: plan, blocks: 1, options: options) }
        options.skipBadLines = true
        let corpus = try CorpusReader.read([path], plan: plan, blocks: 1, options: options)
        #expect(corpus.documents == [0: ["\u{E9}": 1], 1: [:], 2: ["b": 1]])
        #expect(corpus.summary.firstSkipped == error)
    }
}
