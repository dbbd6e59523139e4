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
    /// root of the bytes over 128, from 16 to 32, and over 256 where that is more, to 2048; and 4 at least for each core. A
    /// block then holds 3,000 to 7,000 cells of a model of 100 to 1,000 topics in each of two shards, as cells grow with
    /// the root of the tokens (measured with 2 and 23 million tokens). An exchange costs Redis some 20 us a block whatever
    /// it holds, and about 1 ns for each of four times as many cells.
    package static func blocks(forBytes bytes: Int, cores: Int) -> Int {
        let root = Double(bytes).squareRoot()
        return max(16, min(32, Int(root / 128)), min(2048, Int(root / 256)), 4 * cores)
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
