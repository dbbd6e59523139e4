/// Which words of a corpus are kept.
///
/// A word is removed by the first rule that it meets, in this order: stop words, not in the vocabulary, in too few
/// documents, in too many, too rare, among the most frequent, not among the most frequent that are to be kept.
/// Words of equal frequency rank by their bytes, so the decision depends on the counts alone.
package struct WordRules: Sendable {
    /// A number of documents: as it is, or as a share of all of the corpus, those without words among them.
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

    package var stopWords: Set<[UInt8]> = []
    /// The only words there may be; nil: any.
    package var vocabulary: WordTable?
    /// The documents that a word must be in at least, and may be in at most.
    package var minDocuments: DocumentLimit?
    package var maxDocuments: DocumentLimit?
    /// The tokens that there must be of a word.
    package var minTokens: Int?
    /// How many of the most frequent words are removed.
    package var removedTop = 0
    /// The most words that are kept, the most frequent ones; nil: all.
    package var maxWords: Int?

    package init() {}

    /// Whether a decision needs frequencies, and not the words alone.
    package var needsFrequencies: Bool {
        minDocuments != nil || maxDocuments != nil || minTokens != nil || removedTop > 0 || maxWords != nil
    }

    /// Whether every word is kept.
    package var keepsAll: Bool {
        stopWords.isEmpty && vocabulary == nil && !needsFrequencies
    }

    /// Decides on every word of `frequencies`. O(words log words) where words are ranked, else O(words).
    package func decide(_ frequencies: WordFrequencies) -> WordDecision {
        var decision = WordDecision(frequencies)
        remove(by: .stopWords, if: !stopWords.isEmpty, &decision) { stopWords.contains(frequencies.words.word($0)) }
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

/// What a rule removed.
package struct WordRemoval: Sendable, Equatable {
    /// Raw values are the flags that ask for them.
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

/// Which words are kept, and what removed the others.
package struct WordDecision: Sendable {
    package let frequencies: WordFrequencies
    /// By the numbers of the words.
    package private(set) var isKept: [Bool]
    /// One for each rule that was asked for, in the order in which they were applied.
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
