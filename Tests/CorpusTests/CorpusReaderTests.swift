import Corpus
import TestSupport
import Testing

struct CorpusReaderTests {
    let sample: SampleCorpus
    static let whole = SlicePlan(shards: 1, cores: 1, thisShard: 0)

    init() throws { sample = try SampleCorpus() }

    @Test(
        "the shards together have every document once, in the slice of the plan", arguments: [1, 2, 3, 5], [1, 2, 4])
    func slices(_ shards: Int, _ cores: Int) throws {
        let whole = try sample.read(sampleText)
        var documents: [Int: [String: Int]] = [:]
        var tokens = 0
        for shard in 0..<shards {
            let plan = SlicePlan(shards: shards, cores: cores, thisShard: shard)
            let part = try sample.read(sampleText, plan: plan)
            #expect(part.slices.count == cores)
            for (core, slice) in part.slices.enumerated() {
                let owned = (0..<whole.summary.lines).filter { plan.core(ofLine: $0) == core }
                #expect(slice.documentLines == owned)
            }
            documents.merge(part.documents) { _, _ in fatalError("a document in two shards") }
            tokens += part.summary.tokens
            #expect(part.summary.digest == whole.summary.digest)
            #expect(part.summary.lines == whole.summary.lines)
        }
        #expect(documents == whole.documents)
        #expect(tokens == whole.summary.tokens)
    }

    @Test("long documents come first in the slice, in each word and in the names", arguments: [1, 2])
    func longFirst(cores: Int) throws {
        let lengths = [3, 255, 256, 0, 700, 1, 300]
        let text = lengths.enumerated().map { "d\($0)\ta:\($1)\tb:\($1)\n".replacing("a:0\tb:0", with: "") }.joined()
        let plan = SlicePlan(shards: 1, cores: cores, thisShard: 0)
        let corpus = try sample.read(text, plan: plan, ReadingOptions(format: .distLDA, keepNames: true))
        for (core, slice) in corpus.slices.enumerated() {
            let owned = lengths.indices.filter { $0 % cores == core }
            let isLong = { lengths[$0] * 2 >= CorpusSlice.longDocument }
            #expect(slice.documentLines == owned.filter(isLong) + owned.filter { !isLong($0) })
            #expect(slice.documentLengths == slice.documentLines.map { UInt32(lengths[$0] * 2) })
            for (document, line) in slice.documentLines.enumerated() {
                #expect(String(decoding: corpus.documentNames[core][document], as: UTF8.self) == "d\(line)")
            }
            for word in 0..<2 {
                let tokens = slice.tokenDocuments[Int(slice.tokenStarts[word])..<Int(slice.tokenStarts[word + 1])]
                let expected = slice.documentLines.enumerated().flatMap { document, line in
                    Array(repeating: UInt32(document), count: lengths[line])
                }
                #expect(Array(tokens) == expected)
            }
        }
    }

    @Test(
        "the number of blocks depends on bytes and cores unless it is given",
        arguments: [
            (1, 1, 16), (5_000_000, 1, 17), (1 << 25, 1, 32), (1 << 30, 2, 128), (1 << 30, 100, 400),
            (1 << 40, 1, 2048),
        ])
    func blocks(bytes: Int, cores: Int, blocks: Int) {
        #expect(ShardCorpus.blocks(forBytes: bytes, cores: cores) == blocks)
    }

    @Test("lines are counted over all files together")
    func severalFiles() throws {
        let first = try sample.folder.write("a\nb\nc\n", to: "1")
        let second = try sample.folder.write("d\ne\n", to: "2")
        let plan = SlicePlan(shards: 2, cores: 1, thisShard: 1)
        let corpus = try CorpusReader.read([first, second], plan: plan, blocks: 1)
        #expect(corpus.documents == [1: ["b": 1], 3: ["d": 1]])
    }

    @Test("a word is in the block of its hash, in the order of first occurrence", arguments: [1, 2, 7, 1_000])
    func blocks(_ blocks: Int) throws {
        let corpus = try sample.read(sampleText, blocks: blocks)
        #expect(corpus.blockStarts.count == blocks + 1)
        #expect(corpus.blockStarts.first == 0)
        #expect(corpus.blockStarts.last == corpus.vocabulary.count)
        let appearance = sampleText.split(whereSeparator: \.isWhitespace).map(String.init)
        for block in 0..<blocks {
            let words = corpus.blockStarts[block]..<corpus.blockStarts[block + 1]
            for word in words { #expect(corpus.vocabulary.hash(word) % UInt64(blocks) == UInt64(block)) }
            let firsts = words.compactMap { appearance.firstIndex(of: corpus.words[$0]) }
            #expect(firsts.count == words.count)
            #expect(firsts == firsts.sorted())
        }
    }

    @Test("a slice's tokens are sorted by word, then by document, and their numbers add up")
    func sorted() throws {
        let corpus = try sample.read(sampleText, plan: SlicePlan(shards: 1, cores: 3, thisShard: 0))
        for slice in corpus.slices {
            #expect(slice.tokenStarts.count == corpus.vocabulary.count + 1)
            #expect(slice.tokenStarts.first == 0)
            #expect(Int(slice.tokenStarts.last ?? 0) == slice.tokenDocuments.count)
            var lengths = [UInt32](repeating: 0, count: slice.documentLines.count)
            for word in 0..<corpus.vocabulary.count {
                let documents = slice.tokenDocuments[Int(slice.tokenStarts[word])..<Int(slice.tokenStarts[word + 1])]
                #expect(documents.elementsEqual(documents.sorted()))
                for document in documents { lengths[Int(document)] += 1 }
            }
            #expect(lengths == slice.documentLengths)
        }
        #expect(corpus.summary.tokens == corpus.slices.reduce(0) { $0 + $1.tokenDocuments.count })
        #expect(corpus.summary.documents == 23)
        #expect(corpus.summary.words == corpus.vocabulary.count)
        #expect(corpus.summary.bytes == sampleText.utf8.count)
    }

    @Test("documents that are longer than a chunk are read completely")
    func longDocuments() throws {
        let corpus = try sample.read("d\ta:70000\tb:3\ne\tb:200000\nf\ta:1\tb:1\n")
        #expect(corpus.documents == [0: ["a": 70_000, "b": 3], 1: ["b": 200_000], 2: ["a": 1, "b": 1]])
    }

    @Test(
        "counts near the limit of a narrow cell are read correctly", arguments: [1, 2, 254, 255, 256, 257])
    func cellCounts(_ count: Int) throws {
        let corpus = try sample.read("d\ta:\(count)\tb:1\ne\ne\tb:\(count)\ta:\(count)\n\nf\ta:3\n")
        let both = ["a": count, "b": count]
        #expect(corpus.documents == [0: ["a": count, "b": 1], 1: [:], 2: both, 3: [:], 4: ["a": 3]])
    }

    @Test("if there are more slices than documents, some slices are empty")
    func moreSlicesThanDocuments() throws {
        let corpus = try sample.read("a b\n", plan: SlicePlan(shards: 2, cores: 2, thisShard: 1))
        #expect(corpus.summary.tokens == 0)
        #expect(corpus.slices.allSatisfy { $0.documentLines.isEmpty && $0.tokenStarts == [0] })
        #expect(corpus.blockStarts == [0, 0, 0, 0])
    }

    @Test(
        "a corpus without tokens is refused, and by every shard if all lines are blank",
        arguments: ["", "\n", " \n\t\n", "\u{FEFF}"])
    func nothing(_ text: String) throws {
        for shards in [1, 3] {
            let plan = SlicePlan(shards: shards, cores: 1, thisShard: 0)
            let lines = text.utf8.filter { $0 == 10 }.count
            #expect(try sample.refusal(of: text, plan: plan) == .noTokens(lines: lines))
        }
        #expect(try sample.refusal(of: "name\nother\ta:0\n", ReadingOptions(format: .distLDA)) == .noTokens(lines: 2))
    }

    @Test("a document above the token limit is refused, and one at the limit is read")
    func documentTooLong() throws {
        let options = ReadingOptions(maxDocumentTokens: 5)
        let error = CorpusError.documentTooLong(file: sample.folder("corpus"), line: 2, tokens: 6, limit: 5)
        #expect(try sample.refusal(of: "a\n1 2 3 4 5\n", options) == nil)
        #expect(try sample.refusal(of: "a\n1 2 3 4 5 6 7 8\n", options) == error)
        #expect(try sample.refusal(of: "a\tx:1\nb\tx:3\ty:3\n", options) == error)
    }

    @Test("a document above the memory limit is refused before memory is allocated for it")
    func memoryLimit() throws {
        let text = "a\tx:1\nb\tx:4000000000\n"
        let options = ReadingOptions(memoryLimit: 1 << 30, maxDocumentTokens: 1 << 40)
        let plan = SlicePlan(shards: 2, cores: 1, thisShard: 1)
        guard
            case .aboveMemoryLimit(sample.folder("corpus"), line: 2, let needed, limit: 1 << 30, shards: 2) =
                try sample.refusal(of: text, plan: plan, options)
        else {
            Issue.record("not refused")
            return
        }
        #expect(needed > 4 * 4_000_000_000)
        #expect(try sample.refusal(of: "a\tx:1\nb\tx:400000\n", options) == nil)
    }

    @Test("damaged compressed data is reported with line and byte")
    func damagedFile() throws {
        try sample.folder.gzip([Array(sampleText.utf8)], to: "whole.gz")
        let whole = try sample.folder.contents(of: "whole.gz")
        let path = try sample.folder.write(Array(whole.dropLast(8)), to: "cut.gz")
        // The text is complete; only the checksum after its last line is missing.
        let error = CorpusError.damagedFile(
            file: path, line: 24, byte: whole.count - 8, reason: "the file is cut short")
        #expect(throws: error) { try CorpusReader.read([path], plan: Self.whole, blocks: 1) }
    }

    @Test("missing files, folders and patterns without files are different errors")
    func cannotOpen() throws {
        let (missing, folder, pattern) = (sample.folder("none"), sample.folder.path, sample.folder("none*"))
        func read(_ path: String) throws {
            _ = try CorpusReader.read([path], plan: Self.whole, blocks: 1, options: ReadingOptions(format: .text))
        }
        #expect(throws: CorpusError.cannotOpen(file: missing, errno: 2)) { try read(missing) }
        #expect(throws: CorpusError.isDirectory(file: folder)) { try read(folder) }
        #expect(throws: CorpusError.noFileMatches(pattern: pattern)) { try read(pattern) }
    }
}
