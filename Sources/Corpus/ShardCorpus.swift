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
