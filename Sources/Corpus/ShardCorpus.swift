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

    /// A number of blocks that suits a corpus of `lines` documents, the same for all its shards: one for every 16
    /// documents, as a power of two from 16 to 256. An exchange costs Redis and the shard some 20 us a block whatever it
    /// holds, so a small corpus has few; enough for many cores to have blocks each, and few enough that one holds some
    /// thousand counts.
    package static func blocks(forLines lines: Int) -> Int {
        var blocks = 16
        while blocks < 256, blocks * 2 * 16 <= lines { blocks *= 2 }
        return blocks
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
