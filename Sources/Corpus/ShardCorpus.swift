/// The part of a corpus that one shard holds: its words, and a slice of documents for each of its cores.
package struct ShardCorpus: Sendable {
    /// The words of this shard's slices in the order of their blocks; within a block in the order of first occurrence.
    package let vocabulary: Vocabulary
    /// B + 1 values: the words of block b are `blockStarts[b]..<blockStarts[b + 1]`.
    package let blockStarts: [Int]
    /// The slices, one per core.
    package let slices: [CorpusSlice]
    /// The documents' names, one list per slice; empty unless the options say that names are kept.
    package let documentNames: [DocumentNames]
    /// The list of words in whose order models are written; nil if it was not asked for.
    package let wordOrder: WordTable?
    package let summary: CorpusSummary

    /// Returns a suitable number of blocks for a corpus of `bytes` bytes in shards of `cores` cores; it is the same for
    /// all shards. With r the square root of `bytes`, it is the greatest of r / 128, limited to 16...32, of r / 256,
    /// limited to 2048, and of 4 per core. A block then holds 3,000 to 7,000 cells of a model of 100 to 1,000 topics in
    /// each of two shards, because the number of cells grows with the square root of the number of tokens (measured
    /// with 2 and 23 million tokens). An exchange costs Redis about 20 us per block whatever the block holds, and about
    /// 1 ns for each of four times as many cells.
    package static func blocks(forBytes bytes: Int, cores: Int) -> Int {
        let root = Double(bytes).squareRoot()
        return max(16, min(32, Int(root / 128)), min(2048, Int(root / 256)), 4 * cores)
    }

    /// The number of blocks, B.
    package var blocks: Int { blockStarts.count - 1 }

    /// Returns the number of tokens of a word in this shard. O(slices).
    package func tokens(ofWord word: Int) -> Int {
        slices.reduce(0) { $0 + Int($1.tokenStarts[word + 1] - $1.tokenStarts[word]) }
    }

    package init(
        vocabulary: Vocabulary, blockStarts: [Int], slices: [CorpusSlice], documentNames: [DocumentNames],
        wordOrder: WordTable? = nil, summary: CorpusSummary
    ) {
        self.vocabulary = vocabulary
        self.blockStarts = blockStarts
        self.slices = slices
        self.documentNames = documentNames
        self.wordOrder = wordOrder
        self.summary = summary
    }
}
