import Corpus
import Foundation
import TestSupport
import Testing

/// Tests that text in other encodings is read as the same text in UTF-8.
struct EncodingTests {
    let sample: SampleCorpus

    init() throws { sample = try SampleCorpus() }

    private func read(
        _ bytes: [UInt8], named name: String = "data", _ encoding: TextEncoding?, chunkSize: Int = 1 << 18,
        ahead: Bool = false
    ) throws -> ShardCorpus {
        var options = ReadingOptions(chunkSize: chunkSize, readsAhead: ahead)
        options.encoding = encoding
        return try CorpusReader.read(
            [sample.folder.write(bytes, to: name)], plan: SlicePlan(shards: 1, cores: 2, thisShard: 0), blocks: 1,
            options: options)
    }

    /// The encodings of Foundation, which is the reference here.
    static let unicode: [(TextEncoding, String.Encoding, mark: [UInt8])] = [
        (.utf8, .utf8, [0xEF, 0xBB, 0xBF]), (.utf16LittleEndian, .utf16LittleEndian, [0xFF, 0xFE]),
        (.utf16BigEndian, .utf16BigEndian, [0xFE, 0xFF]), (.utf32LittleEndian, .utf32LittleEndian, [0xFF, 0xFE, 0, 0]),
        (.utf32BigEndian, .utf32BigEndian, [0, 0, 0xFE, 0xFF]),
    ]

    private static let text =
        "caf\u{E9} alpha \u{4E2D}\u{6587}\r\n\u{1F600} \u{10FFFF} \u{7FF}\u{800}\u{FFFD} x\n\nlast"
        + String(repeating: " \u{1F469} word \u{E9}", count: 6_000)

    @Test("with a byte-order mark, or without one if it is named, the text is the same", arguments: unicode)
    func sameText(_ encoding: TextEncoding, _ reference: String.Encoding, mark: [UInt8]) throws {
        let plain = try read(Array(Self.text.utf8), nil)
        let bytes = [UInt8](try #require(Self.text.data(using: reference)))
        var readings: [(bytes: [UInt8], encoding: TextEncoding?)] = [(bytes, encoding), (mark + bytes, encoding)]
        readings += [(mark + bytes, nil), (mark + bytes, .latin1)]
        if encoding != .utf8 {
            readings.append((mark + bytes, encoding.rawValue.hasPrefix("utf-16") ? .utf16 : .utf32))
        }
        for reading in readings {
            for (size, ahead) in [(1 << 18, true), (1_001, false)] {
                let found = try read(reading.bytes, reading.encoding, chunkSize: size, ahead: ahead)
                #expect(found.documents == plain.documents)
                #expect(found.summary.digest == plain.summary.digest)
                #expect(found.summary.bytes == reading.bytes.count)
                let finding = encoding == .utf8 ? [] : [Finding("encoding", encoding.rawValue)]
                #expect(found.summary.findings == finding)
                #expect(found.summary.tallies == TextTallies())
            }
        }
    }

    @Test("every byte of Latin-1 and Windows-1252 is read as the character that it encodes")
    func bytes() throws {
        let bytes: [UInt8] = (UInt8(0x80)...0xFF).flatMap { [$0, 0x20] }
        let latin = try read(bytes, .latin1).documents[0]
        #expect(latin == Dictionary(uniqueKeysWithValues: (UInt8(0x80)...0xFF).map { (String(Unicode.Scalar($0)), 1) }))
        let unused: Set<UInt8> = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
        let windows = try read(bytes, .windows1252).documents[0]
        for byte in UInt8(0x80)...0xFF {
            let text =
                unused.contains(byte)
                ? String(Unicode.Scalar(byte)) : try #require(String(bytes: [byte], encoding: .windowsCP1252))
            #expect(windows?[text] == 1, "\(byte)")
        }
    }

    @Test("other encodings are read in any format, and in a folder")
    func formats() throws {
        let table =
            [0xFF, 0xFE] + [UInt8](try #require("id,text\n1,alpha b\u{E9}ta\n".data(using: .utf16LittleEndian)))
        #expect(try read(table, named: "a.csv", nil).documents == [0: ["alpha": 1, "b\u{E9}ta": 1]])
        let json = [UInt8](try #require("{\"text\": \"\u{E9}\"}\n".data(using: .isoLatin1)))
        #expect(try read(json, .latin1).documents == [0: ["\u{E9}": 1]])
        try FileManager.default.createDirectory(atPath: sample.folder("texts"), withIntermediateDirectories: true)
        try sample.folder.write([0xE9], to: "texts/1")
        try sample.folder.write([0xFF, 0xFE, 0xE9, 0x00], to: "texts/2")
        try sample.folder.write("\u{FEFF}\u{E9}", to: "texts/3")
        var options = ReadingOptions()
        options.encoding = .latin1
        let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)
        let corpus = try CorpusReader.read([sample.folder("texts")], plan: plan, blocks: 1, options: options)
        #expect(corpus.documents == [0: ["\u{E9}": 1], 1: ["\u{E9}": 1], 2: ["\u{E9}": 1]])
    }

    @Test("word lists are read by their byte-order mark")
    func lists() throws {
        let list = try sample.folder.write([0xFE, 0xFF, 0, 0xE9, 0, 0x0A, 0, 0x62], to: "list")
        let words = try WordTable(readingFrom: list)
        #expect((0..<words.count).map { words[$0] } == [Array("\u{E9}".utf8), Array("b".utf8)])
    }

    @Test(
        "text that is not in its encoding is refused with the position",
        arguments: [
            (.utf16LittleEndian, [0x61, 0, 0x0A, 0, 0x00, 0xD8, 0x61, 0x00], 2, 4),
            (.utf16LittleEndian, [0x61, 0, 0x00, 0xDC], 1, 2), (.utf16BigEndian, [0, 0x61, 0xD8, 0x00], 1, 2),
            (.utf16BigEndian, [0, 0x61, 0], 1, 2), (.utf32LittleEndian, [0x61, 0, 0, 0, 0, 0, 0x11, 0], 1, 4),
            (.utf32BigEndian, [0, 0, 0, 0x61, 0, 0, 0xD8, 0], 1, 4),
            (.utf32BigEndian, [0, 0, 0, 0x61, 0, 0, 0, 0x0A, 0, 0], 2, 8),
        ] as [(TextEncoding, [UInt8], Int, Int)])
    func invalid(_ encoding: TextEncoding, _ bytes: [UInt8], _ line: Int, _ byte: Int) throws {
        #expect(
            throws: CorpusError.notInEncoding(
                file: sample.folder("data"), line: line, byte: byte, encoding: encoding)
        ) { try read(bytes, encoding) }
    }

    @Test("UTF-16 and UTF-32 without a byte-order mark are not guessed")
    func noMark() throws {
        for encoding in [TextEncoding.utf16, .utf32] {
            #expect(throws: CorpusError.noByteOrderMark(file: sample.folder("data"), encoding: encoding)) {
                try read([0x61, 0, 0, 0], encoding)
            }
        }
        for (encoding, reference) in [
            (TextEncoding.utf16LittleEndian, String.Encoding.utf16LittleEndian), (.utf16BigEndian, .utf16BigEndian),
        ] {
            let bytes = [UInt8](try #require("alpha beta \u{E9}\n".data(using: reference)))
            #expect(throws: CorpusError.unmarkedEncoding(file: sample.folder("data"), encoding: encoding)) {
                try read(bytes, nil)
            }
        }
    }

    @Test("names of encodings are accepted in their usual spellings")
    func names() {
        for encoding in TextEncoding.allCases {
            #expect(TextEncoding(name: encoding.rawValue.uppercased()) == encoding)
        }
        for (name, encoding) in [
            ("UTF8", TextEncoding.utf8), ("ISO-8859-1", .latin1), ("latin_1", .latin1), ("cp1252", .windows1252),
            ("UTF-16LE", .utf16LittleEndian), ("utf_32be", .utf32BigEndian),
        ] { #expect(TextEncoding(name: name) == encoding) }
        #expect(TextEncoding(name: "koi8-r") == nil)
    }
}
