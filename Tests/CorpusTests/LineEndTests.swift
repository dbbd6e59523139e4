import Corpus
import TestSupport
import Testing

/// Tests that digest and documents do not depend on line ends, compression and files.
struct LineEndTests {
    let sample: SampleCorpus
    static let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)

    init() throws { sample = try SampleCorpus() }

    @Test("the digest is what `xxhsum -H64` prints for a file with plain newlines")
    func digest() throws {
        let corpus = try sample.read("one two\nthree\n\nfour five six seven eight\n")
        #expect(corpus.summary.digest == digestOfFourLines)
    }

    @Test("digest and documents do not depend on line ends, byte-order mark, compression and files")
    func sameDigest() throws {
        let lines = sampleText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let whole = try sample.read(sampleText)
        let bytes = Array(sampleText.utf8)
        let windows = lines.joined(separator: "\r\n")
        let variants = [
            [try sample.folder.write(sampleText + "", to: "plain")],
            [try sample.folder.write(lines.joined(separator: "\n"), to: "no-end")],
            [try sample.folder.write("\u{FEFF}" + windows + "\r\n", to: "windows")],
            [try sample.folder.write(windows, to: "windows-no-end")],
            [try sample.folder.gzip([bytes], to: "one.gz")],
            [try sample.folder.gzip([Array(bytes[..<50]), Array(bytes[50...])], to: "two.gz")],
            [
                try sample.folder.write("\u{FEFF}" + lines[..<9].joined(separator: "\r\n"), to: "part1"),
                try sample.folder.write("", to: "nothing"),
                try sample.folder.gzip([Array(("\u{FEFF}" + lines[9...].joined(separator: "\n")).utf8)], to: "part2"),
            ],
        ]
        for paths in variants {
            let corpus = try CorpusReader.read(paths, plan: Self.plan, blocks: 3)
            #expect(corpus.summary.digest == whole.summary.digest, "\(paths)")
            #expect(corpus.summary.lines == lines.count, "\(paths)")
            #expect(corpus.documents == whole.documents, "\(paths)")
        }
    }

    @Test("a changed, added or moved newline changes the digest")
    func otherDigest() throws {
        let texts = ["a b\nc\n", "a b\nd\n", "a b\nc\n\n", "a\nb c\n", "a b c\n", "\na b\nc\n"]
        let digests = try texts.map { try sample.read($0).summary.digest }
        #expect(Set(digests).count == texts.count)
    }

    @Test("a carriage return within a line is kept, and only one is removed from its end")
    func carriageReturns() throws {
        let corpus = try sample.read("d\ta\rb:1\n", ReadingOptions(format: .distLDA))
        #expect(corpus.documents == [0: ["a\rb": 1]])
        #expect(try sample.refusal(of: "d\ta:1\r\r\n", ReadingOptions(format: .distLDA)) != nil)
    }

    @Test("lines are complete wherever the buffer ends", arguments: [1, 100_000, 262_143, 262_144, 262_145, 700_000])
    func longLines(_ length: Int) throws {
        let long = String(repeating: "x", count: length)
        for end in ["\n", "\r\n"] {
            let corpus = try sample.read(["a", long, "b \(long)", "", "c"].joined(separator: end) + end)
            #expect(corpus.documents == [0: ["a": 1], 1: [long: 1], 2: ["b": 1, long: 1], 3: [:], 4: ["c": 1]])
        }
    }

    @Test("a line above the limit is refused with its number, one at the limit is read", arguments: ["", "\n", "\r\n"])
    func tooLong(_ end: String) throws {
        let options = ReadingOptions(maxLine: 1_000)
        let fits = String(repeating: "x", count: 1_000)
        #expect(try sample.refusal(of: "a\n" + fits + end, options) == nil)
        let error = CorpusError.lineTooLong(file: sample.folder("corpus"), line: 2, limit: 1_000)
        #expect(try sample.refusal(of: "a\nx" + fits + end, options) == error)
        #expect(try sample.refusal(of: "a\n" + String(repeating: fits, count: 900) + end, options) == error)
    }
}

/// The output of `printf 'one two\nthree\n\nfour five six seven eight\n' | xxhsum -H64`.
private let digestOfFourLines: UInt64 = 0xADC5_20A0_9437_5F6D
