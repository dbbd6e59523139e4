/// The documents of one core: D documents with N tokens over the V words of the shard's vocabulary.
///
/// Tokens are sorted by word, and within a word by document, so that a word's tokens are contiguous. Long documents
/// come first, so that within every word the tokens whose documents need wider counts are contiguous too.
/// Memory: 4 bytes per token, 4 per word, 12 per document.
package struct CorpusSlice: Sendable, Equatable {
    /// The number of tokens from which on a document is long: its topic counts may not fit in a byte.
    package static let longDocument = 256

    /// D values: each document's line in the corpus, from 0. The long documents come first in ascending order, then the
    /// others in ascending order.
    package let documentLines: [Int]
    /// D values: the number of tokens of each document.
    package let documentLengths: [UInt32]
    /// V + 1 values: the tokens of word w are `tokenStarts[w]..<tokenStarts[w + 1]`.
    package let tokenStarts: [UInt32]
    /// N values: each token's document, as an index into `documentLines`.
    package let tokenDocuments: [UInt32]

    package init(
        documentLines: [Int], documentLengths: [UInt32], tokenStarts: [UInt32], tokenDocuments: [UInt32]
    ) {
        self.documentLines = documentLines
        self.documentLengths = documentLengths
        self.tokenStarts = tokenStarts
        self.tokenDocuments = tokenDocuments
    }
}
