package import Corpus

/// Very small corpora: documents given as lists of word numbers.
package enum TinyCorpus {
    /// Returns a slice of the documents, each of which is a list of words 0 ..< `words`; document d is line d.
    package static func slice(_ documents: [[Int]], words: Int) -> CorpusSlice {
        var tokenStarts: [UInt32] = [0]
        var tokenDocuments: [UInt32] = []
        for word in 0..<words {
            for (document, tokens) in documents.enumerated() {
                for token in tokens where token == word { tokenDocuments.append(UInt32(document)) }
            }
            tokenStarts.append(UInt32(tokenDocuments.count))
        }
        return CorpusSlice(
            documentLines: Array(documents.indices), documentLengths: documents.map { UInt32($0.count) },
            tokenStarts: tokenStarts, tokenDocuments: tokenDocuments)
    }

    /// Documents with two themes that a topic model should find: even documents consist of words 0 ..< 6, odd documents
    /// of words 6 ..< 12. Their length increases; the last document has no tokens.
    package static let twoThemes: [[Int]] =
        (0..<24).map { document in
            (0..<(4 + document)).map { token in (document % 2) * 6 + (token * token + document) % 6 }
        } + [[]]
}
