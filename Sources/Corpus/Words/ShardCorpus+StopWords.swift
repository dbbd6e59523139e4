extension ShardCorpus {
    /// Whether most of the most frequent words are English stop words, so that most topics would consist of them. Case
    /// is ignored. O(words x log words).
    package var isDominatedByStopWords: Bool {
        let ranked = (0..<vocabulary.count).map { (word: $0, tokens: tokens(ofWord: $0)) }.sorted {
            $0.tokens > $1.tokens
        }
        let first = ranked.prefix(20).map { String(decoding: vocabulary.word($0.word), as: UTF8.self).lowercased() }
        let stopWords = Set(StopWords.english)
        return first.count == 20 && first.count(where: stopWords.contains) > first.count / 2
    }
}
