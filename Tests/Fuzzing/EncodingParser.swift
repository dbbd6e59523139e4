import Corpus
import TestSupport

/// The conversion of text in other encodings: the documents must be those of the same text in UTF-8.
extension Parser {
    static let encodings = Parser(
        name: "encodings", words: ["\r", "\r\n", "\u{FEFF}", "\u{1F600}", "\u{E9}", "<html"],
        samples: { _ in
            let text = Array("caf\u{E9} \u{4E2D}\n\u{1F600} x\r\ny\rz\n".utf8)
            return [[0, 255] + text, [1, 3] + text, [2, 17] + text, [3, 64] + text, [4, 200] + text]
        },
        read: { bytes, folder in
            var choices = Choices(bytes)
            let (kind, size) = (choices.byte() % 5, choices.byte() + 1)
            let text = String(decoding: choices.rest, as: UTF8.self)
            let plain = try summary(of: Array("\u{FEFF}\(text)".utf8), size: 1 << 18, in: folder)
            let encoded = try summary(of: units(of: "\u{FEFF}\(text)", kind), size: size, in: folder)
            try require((plain == nil) == (encoded == nil), "encoding \(kind) is refused, or UTF-8 is")
            guard let plain, let encoded else { return }
            try require(plain.digest == encoded.digest, "encoding \(kind) gives other lines than UTF-8")
            try require(encoded.tallies.notUTF8.lines == 0, "encoding \(kind) gives lines that are not UTF-8")
            // Any bytes at all, read in an encoding without a byte-order mark.
            var options = ReadingOptions(maxLine: 1 << 16)
            options.encoding = TextEncoding.allCases[kind + 1]
            let path = try folder.write(Array(choices.rest), to: "fuzzed")
            let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)
            _ = try accepted(or: CorpusError.self) {
                try CorpusReader.read([path], plan: plan, blocks: 1, options: options)
            }
        })

    private static func summary(
        of bytes: [UInt8], size: Int, in folder: TemporaryDirectory
    ) throws -> CorpusSummary? {
        var options = ReadingOptions(format: .text, maxLine: 1 << 16, chunkSize: size)
        options.allowsNUL = true
        let path = try folder.write(bytes, to: "fuzzed")
        return try accepted(or: CorpusError.self) { try DocumentStream.read([path], options: options) { _, _ in } }
    }

    /// The text in UTF-8, or UTF-16 or UTF-32 in either byte order.
    private static func units(of text: String, _ kind: Int) -> [UInt8] {
        switch kind {
        case 0: Array(text.utf8)
        case 1: text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case 2: text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        case 3: text.unicodeScalars.flatMap { bytes(of: $0.value).reversed() }
        default: text.unicodeScalars.flatMap { bytes(of: $0.value) }
        }
    }

    /// The four bytes of a number, the highest first.
    private static func bytes(of value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
