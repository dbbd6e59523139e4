import Corpus
import TestSupport
import Testing

/// Tests what happens to text that is probably not what the user meant: other line ends, NUL, bytes that are not UTF-8.
struct OddTextTests {
    let sample: SampleCorpus
    static let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)

    init() throws { sample = try SampleCorpus() }

    private func read(_ bytes: [UInt8], _ options: ReadingOptions = ReadingOptions(), to name: String = "data") throws
        -> ShardCorpus
    {
        try CorpusReader.read([sample.folder.write(bytes, to: name)], plan: Self.plan, blocks: 1, options: options)
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a file without LF whose lines end with CR has these lines, in any format and of any length")
    func carriageReturns() throws {
        let three = [0: ["alpha": 1, "beta": 1], 1: ["gamma": 1], 2: ["epsilon": 1]]
        for text in [
            "alpha beta\rgamma\repsilon\r", "alpha beta\rgamma\repsilon", "\u{FEFF}alpha beta\rgamma\repsilon",
        ] {
            for size in [1, 3, 1 << 18] {
                #expect(try read(bytes(text), ReadingOptions(chunkSize: size)).documents == three)
            }
        }
        #expect(
            try read(bytes("id,text\r1,alpha beta\r2,gamma\r"), to: "a.csv").documents
                == [0: ["alpha": 1, "beta": 1], 1: ["gamma": 1]])
        let matrix = "%%MatrixMarket matrix coordinate integer general\r3 3 2\r2 1 1\r3 1 1\r"
        #expect(try read(bytes(matrix)).documents == [0: [:], 1: ["1": 1], 2: ["1": 1]])
        let list = try sample.folder.write("the\rfoo\r", to: "list")
        let words = try WordTable(readingFrom: list)
        #expect((0..<words.count).map { words[$0] } == [bytes("the"), bytes("foo")])
        // The evidence is in the first 64 KiB; later lines may end in any way, also where a buffer ends.
        let lines = (0..<20_000).map { "w\($0) x" }
        let text = lines[..<18_000].joined(separator: "\r") + "\r\n" + lines[18_000...].joined(separator: "\n")
        for size in [1_000, 1 << 18] {
            let corpus = try read(bytes(text), ReadingOptions(chunkSize: size))
            #expect(corpus.summary.lines == 20_000)
            #expect(corpus.summary.digest == (try read(bytes(lines.joined(separator: "\n"))).summary.digest))
        }
    }

    @Test("a CR at the end of the first 64 KiB may belong to CR LF, and is no evidence")
    func windowsLineEnd() throws {
        let long = String(repeating: "x", count: (64 << 10) - 1)
        let corpus = try read(bytes("\(long)\r\na\rb\r\n"))
        #expect(corpus.documents == [0: [long: 1], 1: ["a": 1, "b": 1]])
        #expect(corpus.summary.tallies.loneReturns.lines == 1)
    }

    @Test("a CR within a line is kept and counted, with the place of the first", arguments: [1, 5, 1 << 18])
    func loneReturns(_ size: Int) throws {
        let corpus = try read(bytes("a\nb c\rd\ne\rf\rg\r\nh\n"), ReadingOptions(chunkSize: size))
        #expect(corpus.summary.lines == 4)
        #expect(corpus.summary.tallies.loneReturns.lines == 2)
        #expect(corpus.summary.tallies.loneReturns.first == "\(sample.folder("data")):2:4")
        #expect(corpus.summary.warnings.count == 1)
    }

    @Test("lines that are not UTF-8 are counted, with the place of the first", arguments: [1, 5, 1 << 18])
    func notUTF8(_ size: Int) throws {
        let long = bytes(String(repeating: "caf\u{E9} ", count: 30))
        let text = bytes("a\nca\u{E9} ") + [0xE9, 0x0A] + long + [0x0A] + long + [0xC3, 0x0A, 0x66, 0xFF]
        let corpus = try read(text, ReadingOptions(chunkSize: size))
        #expect(corpus.summary.tallies.notUTF8.lines == 3)
        #expect(corpus.summary.tallies.notUTF8.first == "\(sample.folder("data")):2:6")
        let warning = try #require(corpus.summary.warnings.first)
        for fact in ["3", "data:2:6", "--encoding", "--strict-utf8"] { #expect(warning.contains(fact)) }
        var options = ReadingOptions(chunkSize: size)
        options.encoding = .latin1
        #expect(try read(text, options).summary.warnings.isEmpty)
    }

    @Test(
        "exactly the sequences of RFC 3629 are UTF-8",
        arguments: [
            ([0x7F], true), ([0x80], false), ([0xC1, 0xBF], false), ([0xC2, 0x80], true), ([0xC2], false),
            ([0xDF, 0xBF], true), ([0xC2, 0x7F], false), ([0xE0, 0x9F, 0xBF], false), ([0xE0, 0xA0, 0x80], true),
            ([0xED, 0x9F, 0xBF], true), ([0xED, 0xA0, 0x80], false), ([0xEE, 0x80, 0x80], true), ([0xEF, 0xBF], false),
            ([0xEF, 0xBF, 0xBF], true), ([0xE1, 0x80, 0xC0], false), ([0xF0, 0x8F, 0xBF, 0xBF], false),
            ([0xF0, 0x90, 0x80, 0x80], true), ([0xF4, 0x8F, 0xBF, 0xBF], true), ([0xF4, 0x90, 0x80, 0x80], false),
            ([0xF5, 0x80, 0x80, 0x80], false), ([0xF1, 0x80, 0x80], false), ([0xF1, 0x80, 0x80, 0x41], false),
        ] as [([UInt8], Bool)])
    func validity(_ scalar: [UInt8], _ isValid: Bool) throws {
        // At every position of a block of 32 bytes, and at the end of the text.
        for before in [0, 1, 27, 28, 29, 30, 31, 32] {
            for after in [0, 1, 40] {
                let text = [UInt8](repeating: 0x61, count: before) + scalar + [UInt8](repeating: 0x62, count: after)
                let tallies = try read(text).summary.tallies
                #expect((tallies.notUTF8.lines == 0) == isValid, "\(before) bytes before, \(after) after")
            }
        }
    }

    @Test("a NUL byte is refused with its place, in any format, unless it is allowed")
    func nul() throws {
        for (text, line, column) in [("a b\nc\0d\n", 2, 2), ("d\ta:1\nd\tb:1\nd\t\0:1\n", 3, 3)] {
            for size in [1, 5, 1 << 18] {
                let error = CorpusError.nulByte(file: sample.folder("data"), line: line, column: column)
                #expect(throws: error) { try read(bytes(text), ReadingOptions(chunkSize: size)) }
                #expect(throws: error) {
                    try read(bytes(text), ReadingOptions(skipBadLines: true, chunkSize: size, readsAhead: true))
                }
                var options = ReadingOptions(chunkSize: size)
                options.allowsNUL = true
                #expect(try read(bytes(text), options).summary.lines == line)
            }
        }
        let list = try sample.folder.write("a\0b\n", to: "list")
        #expect(throws: CorpusError.nulByte(file: list, line: 1, column: 2)) { try WordTable(readingFrom: list) }
        #expect(try WordTable(readingFrom: list, allowsNUL: true)[0] == bytes("a\0b"))
    }

    @Test("an error before a NUL byte is reported first, whatever the size of chunks", arguments: [1, 1 << 18])
    func order(_ size: Int) throws {
        #expect {
            try read(bytes("d\ta:1\nd\ta:x\nd\t\0:1\n"), ReadingOptions(format: .distLDA, chunkSize: size))
        } throws: { error in
            if case CorpusError.badCell(_, line: 2, _, _, _) = error { true } else { false }
        }
    }
}
