import Corpus
import TestSupport
import Testing

/// Tests properties that all formats have in common.
struct EveryFormatTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func read(
        _ input: WrittenCorpus.Input, shards: Int = 1, cores: Int = 1, shard: Int = 0, size: Int = 256 << 10,
        ahead: Bool = false
    ) throws -> ShardCorpus {
        var options = input.options
        options.chunkSize = size
        options.readsAhead = ahead
        let plan = SlicePlan(shards: shards, cores: cores, thisShard: shard)
        return try CorpusReader.read(input.paths, plan: plan, blocks: 3, options: options)
    }

    @Test(
        "the same corpus gives the same counts in every format", arguments: InputFormat.allCases, 0..<4 as Range<UInt64>
    )
    func sameCounts(_ format: InputFormat, _ seed: UInt64) throws {
        let corpus = WrittenCorpus(seed: seed, documents: 37)
        let found = try read(corpus.write(as: format, to: folder))
        #expect(found.documents == corpus.expected)
        #expect(found.summary.format == format)
        #expect(found.summary.tokens == corpus.documents.reduce(0) { $0 + $1.values.reduce(0, +) })
        if format == .matrixMarket {
            #expect(try read(corpus.write(as: format, to: folder, transposed: true)).documents == corpus.expected)
        }
    }

    @Test(
        "the format is detected from the content, and that of MALLET's instances from the name",
        arguments: InputFormat.allCases)
    func told(_ format: InputFormat) throws {
        var input = try WrittenCorpus(seed: 7, documents: 37, words: ["a", "b", "c", "d", "e", "f"]).write(
            as: format, to: folder)
        input.options.format = nil
        let found = try read(input)
        #expect(found.summary.format == format)
    }

    @Test(
        "the result does not depend on slices, chunks, compression and threads", arguments: InputFormat.allCases,
        [(1, 1), (2, 2), (5, 1)])
    func slices(_ format: InputFormat, _ plan: (shards: Int, cores: Int)) throws {
        let corpus = WrittenCorpus(seed: 11, documents: 23)
        let plain = try corpus.write(as: format, to: folder)
        var inputs = [plain]
        if format != .folder {
            let bytes = try folder.contents(of: "corpus.\(format.rawValue)")
            let middle = bytes.count / 2
            let halves = [Array(bytes[..<middle]), Array(bytes[middle...])]
            inputs.append(.init(paths: [try folder.gzip(halves, to: "gzip")], options: plain.options))
            inputs.append(.init(paths: [try folder.zstd(halves, to: "zstd")], options: plain.options))
        }
        for (input, (size, ahead)) in zip(inputs, [(5, false), (1 << 10, true), (64, true)]) {
            var documents: [Int: [String: Int]] = [:]
            for shard in 0..<plan.shards {
                let part = try read(
                    input, shards: plan.shards, cores: plan.cores, shard: shard, size: size, ahead: ahead)
                documents.merge(part.documents) { _, _ in fatalError("a document in two shards") }
                #expect(part.summary.lines == 23)
                for (core, slice) in part.slices.enumerated() {
                    #expect(
                        slice.documentLines.allSatisfy {
                            $0 % (plan.shards * plan.cores) == shard * plan.cores + core
                        })
                }
            }
            #expect(documents == corpus.expected)
        }
    }

    @Test("line ends, a byte-order mark and a missing last newline make no difference", arguments: InputFormat.allCases)
    func lineEnds(_ format: InputFormat) throws {
        guard format != .folder else { return }
        let corpus = WrittenCorpus(seed: 3, documents: 21)
        let input = try corpus.write(as: format, to: folder)
        let text = String(decoding: try folder.contents(of: "corpus.\(format.rawValue)"), as: UTF8.self)
        for changed in [text.replacing("\n", with: "\r\n"), "\u{FEFF}" + text, String(text.dropLast())] {
            let path = try folder.write(changed, to: "changed")
            #expect(try read(.init(paths: [path], options: input.options)).documents == corpus.expected)
        }
    }

    @Test("a stream has the same documents in order", arguments: InputFormat.allCases)
    func stream(_ format: InputFormat) throws {
        let corpus = WrittenCorpus(seed: 5, documents: 19)
        let input = try corpus.write(as: format, to: folder)
        var found: [Int: [String: Int]] = [:]
        var names: Set<[UInt8]> = []
        let summary = try DocumentStream.read(input.paths, options: input.options) { document, words in
            #expect(document.index == found.count)
            names.insert(document.name)
            var counts: [String: Int] = [:]
            for (word, count) in zip(document.words, document.counts) {
                counts[String(decoding: words.word(Int(word)), as: UTF8.self), default: 0] += Int(count)
            }
            found[document.index] = counts
        }
        #expect(found == corpus.expected)
        #expect(summary.documents == 19)
        let hasNames: Set<InputFormat> = [.distLDA, .mallet, .jsonl, .csv, .tsv, .folder]
        #expect(names.count == (hasNames.contains(format) ? 19 : 1))
    }

    @Test("flags for running text are refused in other formats", arguments: InputFormat.allCases)
    func notText(_ format: InputFormat) throws {
        var input = try WrittenCorpus(seed: 5, documents: 9).write(as: format, to: folder)
        input.options.tokenizer = Tokenizer(.unicode)
        if format.isText {
            #expect(throws: Never.self) { try read(input) }
        } else {
            #expect(throws: CorpusError.wrongFlag(flag: "--tokens=unicode", purpose: "running text", format: format)) {
                try read(input)
            }
        }
    }
}
