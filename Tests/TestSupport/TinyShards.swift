package import Corpus

extension TinyCorpus {
    /// Returns the part of these documents that a shard of a run would read. Word w is spelled "w<w>".
    package static func shard(
        _ documents: [[Int]], shards: Int = 1, cores: Int = 1, shard: Int = 0, blocks: Int = 16
    ) -> ShardCorpus {
        let plan = SlicePlan(shards: shards, cores: cores, thisShard: shard)
        let mine = (0..<cores).map { core in documents.indices.filter { plan.core(ofLine: $0) == core } }
        var vocabulary = Vocabulary()
        for document in mine.joined().sorted() {
            for word in documents[document] { _ = vocabulary.insert(Array("w\(word)".utf8)) }
        }
        let order = (0..<vocabulary.count).sorted {
            (vocabulary.block($0, of: blocks), $0) < (vocabulary.block($1, of: blocks), $1)
        }
        var sorted = Vocabulary()
        var starts = [Int](repeating: 0, count: blocks + 1)
        for word in order {
            _ = sorted.insert(vocabulary.word(word))
            starts[vocabulary.block(word, of: blocks) + 1] += 1
        }
        for block in 0..<blocks { starts[block + 1] += starts[block] }
        let slices = mine.map { lines in
            let numbers = lines.map { line in documents[line].map { sorted.index(of: Array("w\($0)".utf8))! } }
            let slice = Self.slice(numbers, words: sorted.count)
            return CorpusSlice(
                documentLines: lines, documentLengths: slice.documentLengths, tokenStarts: slice.tokenStarts,
                tokenDocuments: slice.tokenDocuments)
        }
        var summary = CorpusSummary(format: .text)
        summary.lines = documents.count
        summary.digest = 42
        summary.documents = mine.joined().count
        summary.tokens = slices.reduce(0) { $0 + $1.tokenDocuments.count }
        summary.words = sorted.count
        return ShardCorpus(
            vocabulary: sorted, blockStarts: starts, slices: slices,
            documentNames: mine.map { DocumentNames(lines: $0) }, summary: summary)
    }
}
