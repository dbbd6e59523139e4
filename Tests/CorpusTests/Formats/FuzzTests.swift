import Corpus
import Foundation
import TestSupport
import Testing

/// Damaged and random input through every reader: an answer or a refusal, never a crash, within bounded memory.
///
/// The seed of a failure is in the test's name and its file stays in the temporary folder until the test ends.
/// `DIST_LDA_FUZZ_SECONDS=3600 swift test --filter FuzzTests` tries for so long with each format; by default a moment.
struct FuzzTests {
    private static let seconds = Double(ProcessInfo.processInfo.environment["DIST_LDA_FUZZ_SECONDS"] ?? "") ?? 0
    /// Rounds when no time is given.
    private static let rounds = 60

    @Test("whatever the bytes, reading ends with a corpus or a sentence", arguments: InputFormat.allCases)
    func fuzz(_ format: InputFormat) throws {
        let folder = try TemporaryDirectory()
        let corpus = WrittenCorpus(seed: 1, documents: 12)
        let input = try corpus.write(as: format, to: folder)
        let whole =
            format == .folder
            ? try folder.contents(of: "texts/0001") : try folder.contents(of: "corpus.\(format.rawValue)")
        let end = Date().addingTimeInterval(Self.seconds)
        var seed: UInt64 = 0
        while Self.seconds > 0 ? Date() < end : seed < Self.rounds {
            var random = SeededGenerator(seed: seed)
            var bytes = Self.damaged(whole, &random)
            if seed % 7 == 0 {
                try folder.zstd([bytes], to: "packed")
                bytes = Self.damaged(try folder.contents(of: "packed"), &random)
            } else if seed % 7 == 1 {
                try folder.gzip([bytes], to: "packed")
                bytes = Self.damaged(try folder.contents(of: "packed"), &random)
            }
            let path = try folder.write(bytes, to: "fuzzed")
            try Self.read(path, Self.options(input.options, seed: seed), "seed \(seed)")
            seed += 1
        }
    }

    private static func options(_ base: ReadingOptions, seed: UInt64) -> ReadingOptions {
        var options = base
        options.memoryLimit = 16 << 20
        options.maxLine = 1 << 16
        options.maxDocumentTokens = 1 << 16
        options.skipBadLines = seed % 3 == 0
        options.strictUTF8 = seed % 5 == 0
        options.chunkSize = [64, 1 << 10, 1 << 18][Int(seed % 3)]
        if seed % 4 == 0 {
            // Flags of a format would be refused when another one is told.
            (options.format, options.wordList, options.fields) = (nil, nil, FieldOptions())
        }
        if seed % 2 == 0, options.format?.isText == true {
            let rule = TokenRule.allCases[Int(seed / 2) % TokenRule.allCases.count]
            options.tokenizer = Tokenizer(rule, lowercases: seed % 8 < 4)
        }
        if seed % 11 == 0 { options.rules.minDocuments = .count(2) }
        return options
    }

    private static func read(_ path: String, _ options: ReadingOptions, _ comment: Comment) throws {
        var documents = 0
        do {
            let plan = SlicePlan(shards: 1, cores: 2, thisShard: 0)
            let corpus = try CorpusReader.read([path], plan: plan, blocks: 3, options: options)
            #expect(corpus.slices.reduce(0) { $0 + $1.tokenDocuments.count } == corpus.summary.tokens, comment)
            #expect(corpus.summary.documents == corpus.summary.lines, comment)
            documents = corpus.summary.documents
        } catch {
            #expect(!"\(error)".utf8.contains(UInt8(ascii: "\n")), comment)
            return
        }
        guard options.rules.keepsAll else { return }
        let summary = try DocumentStream.read([path], options: options) { _, _ in }
        #expect(summary.documents == documents, comment)
    }

    /// Bytes changed, inserted, doubled and taken out; sometimes all of them random.
    private static func damaged(_ whole: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let special: [UInt8] = Array("\n\r\t :,\"\\{}[]%#0123456789-.eu\0".utf8) + [0xC3, 0xED, 0xF0, 0xFF]
        if Int.random(in: 0..<20, using: &random) == 0 {
            return (0..<Int.random(in: 0..<3_000, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? special.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
            }
        }
        var bytes = whole
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(special.randomElement(using: &random)!, at: start)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3: if start < bytes.count { bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
            default: bytes.removeSubrange(start...)
            }
        }
        return bytes
    }
}
