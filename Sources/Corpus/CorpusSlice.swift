/// One core's documents: D of them with N tokens over the V words of the shard's vocabulary.
///
/// Tokens are sorted by word, and within a word by document, so that a word's tokens lie together. Long documents come
/// first, so that in every word those lie together too whose counts need more room.
/// Memory: 4 bytes a token, 4 a word, 12 a document.
package struct CorpusSlice: Sendable, Equatable {
    /// Tokens from which on a document is long: their counts need not fit in a byte.
    package static let longDocument = 256

    /// D: each document's line in the corpus, from 0; ascending among the long ones, then again among the others.
    package let documentLines: [Int]
    /// D: tokens of each document.
    package let documentLengths: [UInt32]
    /// V + 1: the tokens of word w are `tokenStarts[w]..<tokenStarts[w + 1]`.
    package let tokenStarts: [UInt32]
    /// N: each token's document, an index into `documentLines`.
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
