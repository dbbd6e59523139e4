/// One core's documents: D of them with N tokens over the V words of the shard's vocabulary.
///
/// Tokens are sorted by word, and within a word by document, so that a word's tokens lie together.
/// Memory: 4 bytes a token, 4 a word, 12 a document.
package struct CorpusSlice: Sendable, Equatable {
    /// D: each document's line in the corpus, from 0, ascending.
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
