import Compression
import Corpus
import Files
import TestSupport

@testable import CommandLineTools

/// Parsers of compressed files, which are read before a format is known, and of small files of lines.
extension Parser {
    /// The greatest number of decompressed bytes that are read from an input.
    private static let mostUnfolded = 4 << 20

    static let compressed = [
        Parser(
            name: "gzip", words: ["\u{1F}", "\0\0\0\0"],
            samples: { folder in
                let text = Array("some words, some words again\n".utf8)
                try folder.gzip([text], to: "one")
                try folder.gzip([text, [], text + text], to: "many")
                let (one, many) = (try folder.contents(of: "one"), try folder.contents(of: "many"))
                return [[0] + text, [3] + one, [9] + many, [200] + many + [0, 0, 0], [1] + many.dropLast(3)]
            }, read: checkCompressed),
        Parser(
            name: "zstd", words: ["\0\0\0\0"],
            samples: { folder in
                let text = Array("some words, some words again\n".utf8)
                try folder.zstd([text], to: "one")
                try folder.zstd([text, [], text + text], to: "many", checksum: false)
                let (one, many) = (try folder.contents(of: "one"), try folder.contents(of: "many"))
                let skipped: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 7, 7]
                return [[3] + one, [9] + many, [200] + skipped + many + [0, 0, 0], [1] + many.dropLast(3)]
            }, read: checkCompressed),
    ]

    /// Checks that the bytes do not depend on the size of reads, and are the same when they are compressed and read
    /// again.
    private static let checkCompressed: @Sendable ([UInt8], TemporaryDirectory) throws -> Void = { bytes, folder in
        var choices = Choices(bytes)
        let size = choices.byte() + 1
        let path = try folder.write(Array(choices.rest), to: "fuzzed")
        let whole = try accepted(or: InputError.self) { try contents(path, by: 1 << 16) }
        let parts = try accepted(or: InputError.self) { try contents(path, by: size * 16) }
        try require((whole == nil) == (parts == nil), "reads of \(size * 16) bytes end differently")
        guard let whole, let parts else { return }
        try require(
            whole.prefix(mostUnfolded) == parts.prefix(mostUnfolded), "reads of \(size * 16) bytes give other bytes")
        guard whole.count < 1 << 16 else { return }
        try require(
            try contents(folder.gzip([whole], to: "again"), by: 1 << 16) == whole, "compressed again it differs")
    }

    private static func contents(_ path: String, by size: Int) throws -> [UInt8] {
        var reader = try DecompressingReader(path: path)
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: size))
        while bytes.count < mostUnfolded {
            let count = try reader.read(into: &buffer)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    static let lists = [
        Parser(
            name: "word_list_file", words: ["\t", "\r\n", "\u{FEFF}"],
            samples: { _ in [Array("a\nb\tx\n\u{65E5}\r\n\n\n".utf8), Array("a\n\nb".utf8)] },
            read: { bytes, folder in
                let path = try folder.write(bytes, to: "fuzzed")
                guard let words = try accepted(or: CorpusError.self, { try WordTable(readingFrom: path) }) else {
                    return
                }
                // A byte-order mark before the first word is removed; a line of only blanks and TABs would be blank.
                let lines = "\u{FEFF}".utf8 + (0..<words.count).flatMap { words[$0] + Array("\tx\n".utf8) }
                let again = try WordTable(readingFrom: folder.write(Array(lines), to: "again"))
                try require(
                    again.count == words.count && again.digest == words.digest, "the list differs when written again")
            }),
        Parser(
            name: "numbered_word_list", words: ["\t", "0\t", "1\t", "\t1\n", "0 ", "1,"],
            samples: { _ in [Array("2\n1\tb\t1\n0\ta b\t3\n".utf8), Array("a\nb\tx\n".utf8), Array("0 a\n1 b\n".utf8)]
            },
            read: { bytes, folder in
                let path = try folder.write(bytes, to: "fuzzed")
                _ = try accepted(or: CorpusError.self) { try WordTable(wordListFrom: path) }
                _ = try accepted(or: CorpusError.self) { try StopWords.read(path) }
            }),
        Parser(
            name: "feature_list", words: ["\t", "\tGene Expression\n", "#"],
            samples: { _ in [Array("E1\tA\tGene Expression\nE2\tA\tPeaks\n".utf8), Array("chr1\t1\t2\n".utf8)] },
            read: { bytes, folder in
                for name in ["features.tsv", "peaks.bed"] {
                    let path = try folder.write(bytes, to: name)
                    let list = try accepted(or: CorpusError.self) { try WordTable(orderFrom: path, .symbol) }
                    guard let list else { continue }
                    try require(list.set.count == list.count, "two features have the same name")
                }
            }),
        Parser(
            name: "file_list", words: ["@fuzzed", ",", "*", "[a-"],
            samples: { _ in [Array("one\ntwo,three\n".utf8), Array("fuzz*\n[a-f]uzzed\n".utf8)] },
            read: { bytes, folder in
                // Slashes are replaced, so that the list refers only to files in this folder.
                let tame = bytes.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }
                let path = try folder.write(tame, to: "fuzzed")
                let files = try accepted(or: CorpusError.self) { try InputFiles.expand(["@" + path]) }
                try require(files?.isEmpty != true, "neither files nor a refusal")
            }),
        Parser(
            name: "password_file", words: ["\r\n"],
            samples: { _ in [Array("secret\r\nmore\n".utf8)] },
            read: { bytes, folder in
                let path = try folder.write(bytes, to: "fuzzed")
                _ = try accepted(or: SecretFileError.self) { try SecretFile(option: "--x", path: path).password() }
            }),
    ]
}
