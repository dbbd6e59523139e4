/// The rules that decide which words of a corpus are kept.
///
/// A word is removed by the first rule that applies, in this order: it is a stop word, is not in the vocabulary, is in
/// too few documents, is in too many, has too few tokens, is among the most frequent words to be removed, or is not
/// among the most frequent words to be kept. Words of equal frequency are ranked by their bytes, so the decision
/// depends only on the counts.
package struct WordRules: Sendable {
    /// A number of documents: a count, or a share of all documents of the corpus, including those without words.
    package enum DocumentLimit: Sendable, Equatable {
        case count(Int)
        case share(Double)

        fileprivate func documents(of all: Int) -> Double {
            switch self {
            case .count(let count): Double(count)
            case .share(let share): share * Double(all)
            }
        }
    }

    /// The stop words, with plain apostrophes. In words of the corpus, typographic apostrophes are equal to plain ones.
    package var stopWords: Set<[UInt8]> = []
    /// The words that are allowed; nil: all.
    package var vocabulary: WordTable?
    /// The least and the greatest number of documents in which a word must occur.
    package var minDocuments: DocumentLimit?
    package var maxDocuments: DocumentLimit?
    /// The least number of tokens that a word must have.
    package var minTokens: Int?
    /// The number of most frequent words to remove.
    package var removedTop = 0
    /// The greatest number of words to keep, the most frequent ones; nil: all.
    package var maxWords: Int?

    package init() {}

    /// Adds stop words, whose apostrophes may be typographic.
    package mutating func addStopWords(_ words: some Sequence<[UInt8]>) {
        stopWords.formUnion(words.lazy.map(StopWords.withPlainApostrophes))
    }

    /// Whether a decision needs the frequencies of words in addition to the words.
    package var needsFrequencies: Bool {
        minDocuments != nil || maxDocuments != nil || minTokens != nil || removedTop > 0 || maxWords != nil
    }

    /// Whether every word is kept.
    package var keepsAll: Bool {
        stopWords.isEmpty && vocabulary == nil && !needsFrequencies
    }

    /// Decides on every word of `frequencies`. O(words log words) if words are ranked, otherwise O(words).
    package func decide(_ frequencies: WordFrequencies) -> WordDecision {
        var decision = WordDecision(frequencies)
        remove(by: .stopWords, if: !stopWords.isEmpty, &decision) {
            stopWords.contains(StopWords.withPlainApostrophes(frequencies.words.word($0)))
        }
        if let vocabulary {
            let kept = vocabulary.set
            remove(by: .vocabulary, if: true, &decision) { kept.index(of: frequencies.words.word($0)) == nil }
        }
        let least = minDocuments?.documents(of: frequencies.corpusDocuments) ?? 0
        remove(by: .minDocuments, if: least > 0, &decision) { Double(frequencies.documents[$0]) < least }
        let most = maxDocuments?.documents(of: frequencies.corpusDocuments) ?? .infinity
        remove(by: .maxDocuments, if: most < .infinity, &decision) { Double(frequencies.documents[$0]) > most }
        remove(by: .minTokens, if: minTokens != nil, &decision) { frequencies.tokens[$0] < minTokens ?? 0 }
        if removedTop > 0 || maxWords != nil { rank(&decision) }
        return decision
    }

    private func remove(
        by rule: WordRemoval.Rule, if isAsked: Bool, _ decision: inout WordDecision, _ isRemoved: (Int) -> Bool
    ) {
        guard isAsked else { return }
        decision.begin(rule)
        for word in decision.isKept.indices where decision.isKept[word] && isRemoved(word) { decision.remove(word) }
    }

    private func rank(_ decision: inout WordDecision) {
        let frequencies = decision.frequencies
        let ranked = frequencies.ranked { decision.isKept[$0] }
        if removedTop > 0 {
            decision.begin(.removedTop)
            for word in ranked.prefix(removedTop) { decision.remove(word) }
        }
        if let maxWords {
            decision.begin(.maxWords)
            for word in ranked[min(removedTop + maxWords, ranked.count)...] { decision.remove(word) }
        }
    }
}

/// The numbers of words and tokens that a rule removed.
package struct WordRemoval: Sendable, Equatable {
    /// The rules; raw values are the names in logs, mostly those of the flags.
    package enum Rule: String, Sendable {
        case stopWords = "stop words"
        case vocabulary = "--vocab"
        case minDocuments = "--min-df"
        case maxDocuments = "--max-df"
        case minTokens = "--min-cf"
        case removedTop = "--rm-top"
        case maxWords = "--max-vocab"
    }

    package let rule: Rule
    package fileprivate(set) var words = 0
    package fileprivate(set) var tokens = 0
}

/// The decision which words are kept, and the rules that removed the others.
package struct WordDecision: Sendable {
    package let frequencies: WordFrequencies
    /// Whether each word is kept, by the numbers of the words.
    package private(set) var isKept: [Bool]
    /// One element for each rule in use, in the order in which the rules were applied.
    package private(set) var removals: [WordRemoval] = []

    fileprivate init(_ frequencies: WordFrequencies) {
        self.frequencies = frequencies
        isKept = Array(repeating: true, count: frequencies.words.count)
    }

    fileprivate mutating func begin(_ rule: WordRemoval.Rule) { removals.append(WordRemoval(rule: rule)) }

    fileprivate mutating func remove(_ word: Int) {
        isKept[word] = false
        removals[removals.count - 1].words += 1
        removals[removals.count - 1].tokens += frequencies.tokens[word]
    }
}
