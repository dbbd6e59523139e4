import Counts
import Platform

/// The terms that LDAvis shows, and their numbers, computed only from the counts (Sievert, Shirley 2014).
///
/// phi_kw = (n_wk + beta) / (n_k + beta V). As in pyLDAvis, a term's frequency in topic k is phi_kw n_k, and its
/// overall frequency is the sum of these. Relevance = lambda log phi_kw + (1 - lambda) log (phi_kw / p_w), where p_w is
/// the term's share of all tokens.
///
/// The phi of words without tokens in a topic depends only on the topic, and only the R rarest of these words can be
/// relevant. Therefore the time is O(cells) times the 101 lambdas, and never O(K V).
struct LDAvisTerms {
    /// R: the number of terms shown at once.
    let shown: Int
    private let model: TopicModel
    private let cells: TopicMajorRows
    /// For each topic, phi of a word without tokens in it.
    private let bases: [Double]
    /// The frequency of each word over all topics.
    private let frequencies: [Double]
    /// log p_w of each word.
    private let logShares: [Double]

    static let lambdaStep = 0.01

    init(_ model: TopicModel, shown: Int = 30) {
        self.shown = min(shown, model.vocabulary)
        self.model = model
        cells = TopicMajorRows(model.words.rows, topics: model.topics)
        let bases = (0..<model.topics).map { model.probability(count: 0, topic: $0) }
        let base = zip(bases, model.topicTotals).reduce(0) { $0 + $1.0 * Double($1.1) }
        let rows = model.words.rows
        frequencies = (0..<rows.count).map { word in
            rows.range(of: word).reduce(base) { sum, cell in
                let topic = Int(rows.columns[cell])
                let probability = model.probability(count: rows.amounts[cell], topic: topic)
                return sum + (probability - bases[topic]) * Double(model.topicTotals[topic])
            }
        }
        let total = frequencies.reduce(0, +)
        logShares = frequencies.map { $0 > 0 && total > 0 ? log($0 / total) : 0 }
        self.bases = bases
    }

    func frequency(of word: Int) -> Double { frequencies[word] }

    func probability(of word: Int, topic: Int) -> Double {
        model.probability(count: count(of: word, topic: topic), topic: topic)
    }

    /// Returns log phi_kw - log p_w for a term of the given probability phi_kw.
    func logLift(_ probability: Double, of word: Int) -> Double { log(probability) - logShares[word] }

    private func count(of word: Int, topic: Int) -> UInt32 {
        let rows = model.words.rows
        for cell in rows.range(of: word) where Int(rows.columns[cell]) == topic { return rows.amounts[cell] }
        return 0
    }

    // MARK: Selection of terms

    /// Returns the most salient terms. Saliency is p_w times the information of the term about the topic, the sum over
    /// topics of q_k log (q_k / p_k), with q_k = phi_kw / sum of phi_w and p_k the topic's share of tokens. Topics
    /// without tokens contribute nothing.
    func salient() -> [Int] {
        let tokens = Double(max(1, model.tokens))
        let shares = model.topicTotals.map { Double($0) / tokens }
        let present = shares.indices.filter { shares[$0] > 0 }
        let allBases = bases.reduce(0, +)
        let presentBases = present.reduce(0.0) { $0 + bases[$1] }
        let information = present.reduce(0.0) { $0 + bases[$1] * log(bases[$1] / shares[$1]) }
        let rows = model.words.rows
        let saliency = (0..<rows.count).map { word -> Double in
            var (sum, known, said) = (allBases, presentBases, information)
            for cell in rows.range(of: word) {
                let topic = Int(rows.columns[cell])
                let probability = model.probability(count: rows.amounts[cell], topic: topic)
                sum += probability - bases[topic]
                known += probability - bases[topic]
                said +=
                    probability * log(probability / shares[topic]) - bases[topic] * log(bases[topic] / shares[topic])
            }
            guard sum > 0 else { return 0 }
            return exp(logShares[word]) * (said - known * log(sum)) / sum
        }
        var best = Best(count: shown)
        for word in saliency.indices { best.offer(word, saliency[word]) }
        return best.members
    }

    /// Returns, for each topic, the terms that are among the `shown` most relevant for some lambda, in the order in
    /// which they first appear as lambda increases.
    func relevant() -> [[Int]] {
        let rarest = logShares.indices.sorted { (logShares[$0], $0) < (logShares[$1], $1) }
        return (0..<model.topics).map { topic in
            let range = cells.starts[topic]..<cells.starts[topic + 1]
            var candidates = range.map { cell in
                let word = Int(cells.rows[cell])
                let logPhi = log(model.probability(count: cells.amounts[cell], topic: topic))
                return Candidate(word: word, logPhi: logPhi, logLift: logPhi - logShares[word])
            }
            let inTopic = Set(candidates.map(\.word))
            let logBase = log(bases[topic])
            for word in rarest.lazy.filter({ !inTopic.contains($0) }).prefix(shown) {
                candidates.append(Candidate(word: word, logPhi: logBase, logLift: logBase - logShares[word]))
            }
            return relevant(of: candidates)
        }
    }

    private struct Candidate {
        let word: Int
        let logPhi: Double
        let logLift: Double
    }

    private func relevant(of candidates: [Candidate]) -> [Int] {
        var (found, order) = (Set<Int>(), [Int]())
        let steps = Int((1 / Self.lambdaStep).rounded())
        for step in 0...steps {
            let lambda = Double(step) / Double(steps)
            var best = Best(count: shown)
            for (index, candidate) in candidates.enumerated() {
                best.offer(index, lambda * candidate.logPhi + (1 - lambda) * candidate.logLift)
            }
            for index in best.members where found.insert(candidates[index].word).inserted {
                order.append(candidates[index].word)
            }
        }
        return order
    }
}

/// The members with the largest scores of all that were offered, largest first; of equal scores, those offered first.
private struct Best {
    private let count: Int
    private(set) var members: [Int] = []
    private var scores: [Double] = []

    init(count: Int) {
        self.count = count
    }

    mutating func offer(_ member: Int, _ score: Double) {
        if members.count == count {
            guard let last = scores.last, score > last else { return }
            members.removeLast()
            scores.removeLast()
        }
        var (low, high) = (0, scores.count)
        while low < high {
            let middle = (low + high) / 2
            if scores[middle] >= score { low = middle + 1 } else { high = middle }
        }
        members.insert(member, at: low)
        scores.insert(score, at: low)
    }
}
