import LDA
import Platform

/// The counts of documents that the diagnostics need: the number of documents by their share of each topic, and the
/// number of documents in which each top word, and each pair of top words, occurs. Memory: O(topics n^2) for n top
/// words.
struct DiagnosticCounts {
    /// For each topic, the number of documents in which it has the most tokens (only the first of topics with equal
    /// counts), in which it has any tokens, and in which its share is at least two, thirty and fifty per cent.
    private(set) var ranked: [Int]
    private(set) var present: [Int]
    private(set) var withTwoPercent: [Int]
    private(set) var withThirtyPercent: [Int]
    private(set) var withFiftyPercent: [Int]
    /// For each topic, the sum over documents of n_dk log n_dk.
    private(set) var countTimesLog: [Double]
    /// For each topic, an n x n matrix of the number of documents in which both of two top words have a token in the
    /// topic; empty if the topics of tokens are not known.
    private(set) var together: [[Int]] = []
    /// n, the number of top words.
    private(set) var words: Int

    init(
        _ documents: any ModelDocuments, priors: Priors, top: [[RankedWords.Word]], words: Int
    ) throws {
        self.words = words
        let zeros = [Int](repeating: 0, count: priors.topics)
        (ranked, present, withTwoPercent, withThirtyPercent, withFiftyPercent) = (zeros, zeros, zeros, zeros, zeros)
        countTimesLog = Array(repeating: 0, count: priors.topics)
        let numbered = documents.tokenWords
        if numbered != nil { together = priors.alpha.map { _ in Array(repeating: 0, count: words * words) } }
        let places = Places(top, words: numbered)
        var counts = self
        try documents.visit(withTokens: numbered != nil) { document in
            counts.add(document, priors)
            if numbered != nil { counts.addTokens(document, places) }
        }
        self = counts
    }

    private mutating func add(_ document: ModelDocument, _ priors: Priors) {
        let length = Double(document.length)
        guard length > 0 else { return }
        var best: (topic: Int, count: UInt32)?
        for (topic, count) in zip(document.topics, document.counts) {
            let topic = Int(topic)
            present[topic] += 1
            if count > best?.count ?? 0 { best = (topic, count) }
            countTimesLog[topic] += Double(count) * log(Double(count))
            let share = (priors.alpha[topic] + Double(count)) / (priors.alphaSum + length)
            if share >= 0.02 { withTwoPercent[topic] += 1 }
            if share >= 0.3 { withThirtyPercent[topic] += 1 }
            if share >= 0.5 { withFiftyPercent[topic] += 1 }
        }
        if let best { ranked[best.topic] += 1 }
    }

    private mutating func addTokens(_ document: ModelDocument, _ places: Places) {
        var found = Set<Places.Key>()
        for (word, topic) in zip(document.tokenWords, document.tokenTopics) where places.isTop[Int(word)] {
            if let place = places.ranks[.init(topic: topic, number: word)] {
                found.insert(.init(topic: topic, number: UInt32(place)))
            }
        }
        for first in found {
            for second in found where second.topic == first.topic {
                together[Int(first.topic)][Int(first.number) * words + Int(second.number)] += 1
            }
        }
    }

    /// The ranks of the tokens' words among the top words of topics.
    private struct Places {
        struct Key: Hashable {
            let topic: UInt16
            let number: UInt32
        }

        var isTop: [Bool] = []
        var ranks: [Key: Int] = [:]

        init(_ top: [[RankedWords.Word]], words: NumberedWords?) {
            guard let words else { return }
            isTop = Array(repeating: false, count: words.rows.count)
            var numbers: [Int: UInt32] = [:]
            for (number, row) in words.rows.enumerated() { numbers[row] = UInt32(number) }
            for (topic, list) in top.enumerated() {
                for (rank, word) in list.enumerated() {
                    guard let number = numbers[word.row] else { continue }
                    isTop[Int(number)] = true
                    ranks[Key(topic: UInt16(topic), number: number)] = rank
                }
            }
        }
    }
}
