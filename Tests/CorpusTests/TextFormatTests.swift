import Corpus
import TestSupport
import Testing

struct TextFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .text)

    init() throws { sample = try SampleCorpus() }

    @Test(
        "tokens are separated by ASCII white space",
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
        // Without any LF, CR would end a line.
        for end in line.contains("\r") ? ["\n", "\r\n"] : ["", "\n", "\r\n"] {
            #expect(try sample.read(line + end, Self.options.allowingNUL).documents == [0: counts])
        }
    }

    @Test("words of every length are split correctly at every position of a line")
    func cuts() throws {
        for (firsts, seconds) in [(0...20, 1...20), (40...66, 7...9)] {
            for first in firsts {
                for second in seconds { try expectCut(first, second) }
            }
        }
    }

    private func expectCut(_ first: Int, _ second: Int) throws {
        let words = [String(repeating: "a", count: first), String(repeating: "b", count: second), "c"]
        let expected = Dictionary(uniqueKeysWithValues: words.filter { !$0.isEmpty }.map { ($0, 1) })
        #expect(try sample.read(words.joined(separator: " "), Self.options).documents == [0: expected])
    }

    @Test(
        "any bytes are split as by a byte-by-byte reference, and can be read as dist_lda",
        arguments: 0..<20)
    func anyBytes(_ seed: UInt64) throws {
        let alphabet: [UInt8] = [
            0, 9, 9, 10, 11, 13, 32, 32, 31, 33, 45, 46, 48, 49, 58, 58, 97, 98, 127, 128, 0xC3, 255,
        ]
        var state = seed
        let bytes = (0..<3_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return alphabet[Int(state >> 33) % alphabet.count]
        }
        let spaces: Set<UInt8> = [9, 10, 11, 12, 13, 32]
        var expected: [[UInt8]: Int] = [:]
        for word in bytes.split(whereSeparator: spaces.contains) { expected[Array(word), default: 0] += 1 }
        let corpus = try sample.read(bytes, Self.options.allowingNUL)
        var found: [[UInt8]: Int] = [:]
        for word in 0..<corpus.vocabulary.count {
            let starts = corpus.slices[0].tokenStarts
            found[corpus.vocabulary.word(word)] = Int(starts[word + 1] - starts[word])
        }
        #expect(found == expected)

        let skipping = try sample.read(
            bytes + Array("\nd\ta:1".utf8), ReadingOptions(format: .distLDA, skipBadLines: true).allowingNUL)
        #expect(skipping.summary.lines == corpus.summary.lines + (bytes.last == 10 ? 2 : 1))
        #expect(skipping.summary.documents == skipping.summary.lines)
    }

    @Test("an empty line is a document and keeps its row")
    func emptyLines() throws {
        let corpus = try sample.read("\na\n\n \t\nb\n\n", Self.options)
        #expect(corpus.documents == [0: [:], 1: ["a": 1], 2: [:], 3: [:], 4: ["b": 1], 5: [:]])
        #expect(corpus.summary.emptyDocuments == 4)
    }

    @Test("bytes that are not UTF-8 are kept unchanged")
    func notUTF8() throws {
        let corpus = try sample.read([0x61, 0xFF, 0x20, 0xC3, 0x0A, 0xFE, 0x0A], Self.options)
        let words = (0..<corpus.vocabulary.count).map { corpus.vocabulary.word($0) }
        #expect(Set(words) == [[0x61, 0xFF], [0xC3], [0xFE]])
    }

    @Test("with strictUTF8, bytes that are not UTF-8 are reported with line and column, or skipped")
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
