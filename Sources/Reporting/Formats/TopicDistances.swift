import Counts

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How far topics are from one another (the Jensen-Shannon divergence of their distributions over words), and a map of them
/// in the plane (principal coordinates: Gower 1966).
///
/// With phi_k = b_k + (something where topic k has tokens of the word), JS(i, j) = H((phi_i + phi_j) / 2) - (H(phi_i) +
/// H(phi_j)) / 2 is summed over words in four parts: those in neither topic, which are all alike; those in i alone and in j
/// alone, of which only the counts matter, so that words with equal counts are done at once; and those in both, word by
/// word. So it takes O(K^2 c + the sum over words of the square of their topics), c the number of different counts of a
/// topic, and not O(K^2 V).
struct TopicDistances {
    /// K x K.
    private(set) var distances: SymmetricMatrix
    private let topics: Int

    /// Topics up to which a map is drawn: the matrix takes 8 K^2 bytes, and the time grows with K^3.
    static let maxTopics = 4096

    init(_ model: TopicModel) {
        topics = model.topics
        distances = SymmetricMatrix(count: topics)
        let bases = (0..<topics).map { model.probability(count: 0, topic: $0) }
        let histograms = Self.histograms(model)
        let present = histograms.map { $0.reduce(0) { $0 + $1.words } }

        // As if no word were in two topics: for each pair those in neither, in the one, in the other.
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

    /// Sets right what words in both topics of a pair bring.
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

    /// By topic: how many words have each of its counts.
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

    /// -p log p
    private static func entropy(_ probability: Double) -> Double {
        probability > 0 ? -probability * log(probability) : 0
    }

    /// Two coordinates for each topic: the first two axes of classical scaling. One that says nothing is all zeros.
    consuming func plane() -> (x: [Double], y: [Double]) {
        // B = -1/2 H D^2 H, H centring rows and columns.
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
