/// What one shard holds of a corpus: its words, and a slice of documents for each of its cores.
package struct ShardCorpus: Sendable {
    /// The words of this shard's slices in block order; within a block by first appearance.
    package let vocabulary: Vocabulary
    /// B + 1: the words of block b are `blockStarts[b]..<blockStarts[b + 1]`.
    package let blockStarts: [Int]
    /// One per core.
    package let slices: [CorpusSlice]
    /// The documents' names, one list per slice; empty unless they were to be kept.
    package let documentNames: [DocumentNames]
    package let summary: CorpusSummary

    /// A number of blocks that suits a corpus of `bytes` bytes in shards of `cores` cores, the same for all its shards: the
    /// root of the bytes over 128, from 16 to 2048, and 4 at least for each core. A block then holds 2,000 to 7,000 cells of
    /// a model of 100 to 1,000 topics, as cells grow with the root of the tokens (measured with 2 and 21 million tokens);
    /// an exchange costs Redis some 10 us a block whatever it holds, which is then a small part.
    package static func blocks(forBytes bytes: Int, cores: Int) -> Int {
        max(16, min(2048, Int(Double(bytes).squareRoot() / 128)), 4 * cores)
    }

    /// B, the number of blocks.
    package var blocks: Int { blockStarts.count - 1 }

    package init(
        vocabulary: Vocabulary, blockStarts: [Int], slices: [CorpusSlice], documentNames: [DocumentNames],
        summary: CorpusSummary
    ) {
        self.vocabulary = vocabulary
        self.blockStarts = blockStarts
        self.slices = slices
        self.documentNames = documentNames
        self.summary = summary
    }
}
