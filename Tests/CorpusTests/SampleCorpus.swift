import Corpus
import TestSupport

/// Writes the files of a test, and reads them.
struct SampleCorpus {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Writes `text` to a file and reads it; by default as the only shard, with one core.
    func read(
        _ text: String, plan: SlicePlan = SlicePlan(shards: 1, cores: 1, thisShard: 0), blocks: Int = 3,
        _ options: ReadingOptions = ReadingOptions()
    ) throws -> ShardCorpus {
        try read(Array(text.utf8), plan: plan, blocks: blocks, options)
    }

    func read(
        _ bytes: [UInt8], plan: SlicePlan = SlicePlan(shards: 1, cores: 1, thisShard: 0), blocks: Int = 3,
        _ options: ReadingOptions = ReadingOptions()
    ) throws -> ShardCorpus {
        try CorpusReader.read([folder.write(bytes, to: "corpus")], plan: plan, blocks: blocks, options: options)
    }

    /// Returns the error with which `text` is refused; nil if it is not refused.
    func refusal(
        of text: String, plan: SlicePlan = SlicePlan(shards: 1, cores: 1, thisShard: 0),
        _ options: ReadingOptions = ReadingOptions()
    ) throws -> CorpusError? {
        let path = try folder.write(text, to: "corpus")
        do throws(CorpusError) {
            _ = try CorpusReader.read([path], plan: plan, blocks: 3, options: options)
            return nil
        } catch {
            return error
        }
    }
}

extension ReadingOptions {
    /// The same options, with which lines may contain NUL.
    var allowingNUL: ReadingOptions {
        var options = self
        options.allowsNUL = true
        return options
    }
}

extension ShardCorpus {
    /// The word counts of every document of this shard, by its line.
    var documents: [Int: [String: Int]] {
        var documents: [Int: [String: Int]] = [:]
        for slice in slices {
            for line in slice.documentLines { documents[line] = [:] }
            for word in 0..<vocabulary.count {
                let spelling = String(decoding: vocabulary.word(word), as: UTF8.self)
                for token in slice.tokenStarts[word]..<slice.tokenStarts[word + 1] {
                    let line = slice.documentLines[Int(slice.tokenDocuments[Int(token)])]
                    documents[line, default: [:]][spelling, default: 0] += 1
                }
            }
        }
        return documents
    }

    var words: [String] {
        (0..<vocabulary.count).map { String(decoding: vocabulary.word($0), as: UTF8.self) }
    }

    func names(slice: Int = 0) -> [String] {
        (0..<documentNames[slice].count).map { String(decoding: documentNames[slice][$0], as: UTF8.self) }
    }
}

/// 23 documents of a few words each. Some documents are empty; words have 1 to 25 bytes.
let sampleText: String = {
    let lines = (0..<23).map { line in
        (0..<line * 5 % 12).map { String(repeating: "word", count: ($0 + line) % 7) + "\($0 % 5)" }
    }
    return lines.map { $0.joined(separator: " ") + "\n" }.joined()
}()
