import Counts
import Platform

/// The distances between topics (the Jensen-Shannon divergence of their distributions over words), and a map of the
/// topics in the plane (principal coordinates: Gower 1966).
///
/// phi_k of a word is b_k, plus a term if topic k has tokens of the word. The divergence of topics i and j,
/// JS(i, j) = H((phi_i + phi_j) / 2) - (H(phi_i) + H(phi_j)) / 2, is summed over words in four parts. The words in
/// neither topic all have the same value. For the words only in i and the words only in j, only the counts matter, so
/// words with equal counts are handled together. The words in both topics are handled one by one. The time is O(K^2 c +
/// the sum over words of the square of their number of topics), where c is the number of different counts in a topic,
/// instead of O(K^2 V).
struct TopicDistances {
    /// The K x K distances.
    private(set) var distances: SymmetricMatrix
    private let topics: Int

    /// The largest number of topics for which a map is drawn: the matrix takes 8 K^2 bytes, and the time is O(K^3).
    static let maxTopics = 4096

    init(_ model: TopicModel) {
        topics = model.topics
        distances = SymmetricMatrix(count: topics)
        let bases = (0..<topics).map { model.probability(count: 0, topic: $0) }
        let histograms = Self.histograms(model)
        let present = histograms.map { $0.reduce(0) { $0 + $1.words } }

        // First assume that no word is in both topics: for each pair, add the words in neither, in i and in j.
        for i in 0..<topics {
            for j in 0..<i {
                let absent = Double(model.vocabulary - present[i] - present[j])
                var entropy = absent * Self.entropy((bases[i] + bases[j]) / 2)
                for bin in histograms[i] {
                    entropy += Double(bin.words) * Self.entropy((bin.probability + bases[j]) / 2)
                }
                for bin in histograms[j] {
                    entropy += Double(bin.words) * Self.entropy((bin.probability + bases[i]) / 2)
                }
                distances[i, j] = entropy
            }
        }
        addShared(model, bases)
        let entropies = (0..<topics).map { topic in
            Double(model.vocabulary - present[topic]) * Self.entropy(bases[topic])
                + histograms[topic].reduce(0) { $0 + Double($1.words) * Self.entropy($1.probability) }
        }
        for i in 0..<topics {
            for j in 0..<i { distances[i, j] = max(0, distances[i, j] - (entropies[i] + entropies[j]) / 2) }
        }
    }

    /// Corrects the contribution of the words that are in both topics of a pair.
    private mutating func addShared(_ model: TopicModel, _ bases: [Double]) {
        let rows = model.words.rows
        for word in 0..<rows.count {
            let cells = rows.range(of: word)
            let here = cells.map { cell in
                let topic = Int(rows.columns[cell])
                return (topic: topic, probability: model.probability(count: rows.amounts[cell], topic: topic))
            }
            for (place, i) in here.enumerated() {
                for j in here[..<place] {
                    distances[i.topic, j.topic] +=
                        Self.entropy((i.probability + j.probability) / 2)
                        - Self.entropy((i.probability + bases[j.topic]) / 2)
                        - Self.entropy((j.probability + bases[i.topic]) / 2)
                        + Self.entropy((bases[i.topic] + bases[j.topic]) / 2)
                }
            }
        }
    }

    private struct Bin {
        let probability: Double
        let words: Int
    }

    /// Returns, for each topic, the number of words with each count.
    private static func histograms(_ model: TopicModel) -> [[Bin]] {
        let cells = TopicMajorRows(model.words.rows, topics: model.topics)
        return (0..<model.topics).map { topic in
            var words: [UInt32: Int] = [:]
            for count in cells.amounts[cells.starts[topic]..<cells.starts[topic + 1]] { words[count, default: 0] += 1 }
            return words.sorted { $0.key < $1.key }.map {
                Bin(probability: model.probability(count: $0.key, topic: topic), words: $0.value)
            }
        }
    }

    /// Returns -p log p, or 0 for p = 0.
    private static func entropy(_ probability: Double) -> Double {
        probability > 0 ? -probability * log(probability) : 0
    }

    /// Returns two coordinates for each topic, the first two axes of classical scaling. An axis without a positive
    /// eigenvalue is all zeros.
    consuming func plane() -> (x: [Double], y: [Double]) {
        // B = -1/2 H D^2 H, where H centres rows and columns.
        var centred = distances
        var means = [Double](repeating: 0, count: topics)
        for i in 0..<topics {
            for j in 0..<i {
                centred[i, j] = distances[i, j] * distances[i, j]
                means[i] += centred[i, j] / Double(topics)
                means[j] += centred[i, j] / Double(topics)
            }
        }
        let mean = means.reduce(0, +) / Double(topics)
        for i in 0..<topics {
            for j in 0...i { centred[i, j] = -(centred[i, j] - means[i] - means[j] + mean) / 2 }
        }
        var axes = centred.largest(2).map { pair in
            let length = pair.value > 1e-8 ? pair.value.squareRoot() : 0
            return pair.vector.map { $0 * length }
        }
        while axes.count < 2 { axes.append(Array(repeating: 0, count: topics)) }
        return (axes[0], axes[1])
    }
}
