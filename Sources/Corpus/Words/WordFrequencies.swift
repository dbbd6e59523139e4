/// The frequency of each word.
package struct WordFrequencies: Sendable {
    package private(set) var words: Vocabulary
    /// The number of tokens of each word, and the number of documents that contain it, by the numbers of the words.
    package private(set) var tokens: [Int]
    package private(set) var documents: [Int]
    /// The number of documents in the whole corpus.
    package var corpusDocuments: Int

    package init(words: Vocabulary = Vocabulary(), corpusDocuments: Int = 0) {
        self.words = words
        self.corpusDocuments = corpusDocuments
        tokens = Array(repeating: 0, count: words.count)
        documents = Array(repeating: 0, count: words.count)
    }

    /// Returns XXH64 (seed 0) of the word with this number.
    package func hash(_ word: Int) -> UInt64 { words.hash(word) }

    /// Adds occurrences of the word with this number.
    mutating func add(_ word: Int, tokens: Int, documents: Int) {
        self.tokens[word] += tokens
        self.documents[word] += documents
    }

    /// Adds occurrences of a word, which may be new.
    package mutating func add(_ word: [UInt8], tokens: Int, documents: Int) {
        let number = words.insert(word)
        if number == self.tokens.count {
            self.tokens.append(0)
            self.documents.append(0)
        }
        add(number, tokens: tokens, documents: documents)
    }

    /// Returns the numbers of the wanted words, sorted by descending number of tokens, then by their bytes.
    package func ranked(where isWanted: (Int) -> Bool = { _ in true }) -> [Int] {
        tokens.indices.filter(isWanted).sorted {
            tokens[$0] != tokens[$1]
                ? tokens[$0] > tokens[$1] : words.word($0).lexicographicallyPrecedes(words.word($1))
        }
    }
}

/// Counts the words of a sequence of documents.
package struct WordCounter {
    package private(set) var tokens: [Int] = []
    package private(set) var documents: [Int] = []
    /// The last document in which each word occurred, numbered from 1.
    private var last: [Int] = []
    private var document = 0

    package init() {}

    /// Counts the words of a document, given as numbers below `vocabulary` with their counts.
    package mutating func add(_ words: Span<UInt32>, _ counts: Span<UInt32>, vocabulary: Int) {
        grow(to: vocabulary)
        document += 1
        for index in words.indices { count(Int(words[index]), counts[index], in: document) }
    }

    /// Returns the frequencies of the words in `vocabulary`.
    package func frequencies(_ vocabulary: Vocabulary, corpusDocuments: Int) -> WordFrequencies {
        var frequencies = WordFrequencies(words: vocabulary, corpusDocuments: corpusDocuments)
        for word in tokens.indices { frequencies.add(word, tokens: tokens[word], documents: documents[word]) }
        return frequencies
    }

    mutating func grow(to vocabulary: Int) {
        guard vocabulary > tokens.count else { return }
        let new = repeatElement(0, count: vocabulary - tokens.count)
        tokens += new
        documents += new
        last += new
    }

    /// Counts tokens of a word in the document with this number, which must not be less than that of the last call.
    mutating func count(_ word: Int, _ count: UInt32, in document: Int) {
        self.document = document
        tokens[word] += Int(count)
        if last[word] != document {
            last[word] = document
            documents[word] += 1
        }
    }
}
