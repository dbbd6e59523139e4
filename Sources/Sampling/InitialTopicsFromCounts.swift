package import Corpus
package import Counts
package import LDA

/// A start of the chain from a model's counts: the topic of each token is drawn from its conditional given the model,
///
///     p(k) proportional to (m_dk + alpha_k) (m_wk + beta) / (m_k + beta V),
///
/// where m are the model's counts, which are not changed; m_dk is 0 if the model does not have the document. A word of
/// the model thus starts in topics in which the model has it. The topics of an unknown word depend only on alpha and
/// the sizes of the topics.
///
/// Invariant: the counts of the chain are a recount of these topics, not the counts of the model. The same seed, stream
/// and slice give the same topics. Cost: O(K) per word, and O(log K + topics of the document in the model) per token.
package struct InitialTopicsFromCounts: Sendable {
    private let words: SparseRows
    private let totals: [Int]
    private let vocabulary: Int
    private let priors: Priors

    /// - Parameters:
    ///   - words: m_wk, with one row per word of the slices.
    ///   - totals: m_k.
    ///   - vocabulary: V of the model.
    package init(words: SparseRows, totals: [Int], vocabulary: Int, priors: Priors) {
        self.words = words
        self.totals = totals
        self.vocabulary = vocabulary
        self.priors = priors
    }

    /// Draws z, the topics of all tokens of `slice`.
    /// - Parameter documents: m_dk, with one row per document of the slice; without rows, all are treated as empty.
    package func topics(for slice: CorpusSlice, documents: SparseRows, seed: UInt64, stream: Int) -> [UInt16] {
        var random = Xoshiro256(seed: seed, stream: UInt64(stream))
        let scales = totals.map { 1 / (Double($0) + priors.beta * Double(vocabulary)) }
        var phi = [Double](repeating: 0, count: priors.topics)
        // For each topic, the sum of alpha phi over the topics up to it.
        var sums = phi
        var topics: [UInt16] = []
        topics.reserveCapacity(slice.tokenDocuments.count)
        for word in 0..<slice.tokenStarts.count - 1 where slice.tokenStarts[word] < slice.tokenStarts[word + 1] {
            for topic in phi.indices { phi[topic] = priors.beta * scales[topic] }
            for cell in words.range(of: word) {
                let topic = Int(words.columns[cell])
                phi[topic] += Double(words.amounts[cell]) * scales[topic]
            }
            var sum = 0.0
            for topic in phi.indices {
                sum += priors.alpha[topic] * phi[topic]
                sums[topic] = sum
            }
            for token in Int(slice.tokenStarts[word])..<Int(slice.tokenStarts[word + 1]) {
                let cells = documents.range(of: Int(slice.tokenDocuments[token]))
                let known = cells.reduce(0.0) { $0 + Double(documents.amounts[$1]) * phi[Int(documents.columns[$1])] }
                var draw = random.nextDouble() * (known + sum)
                if draw < known, let last = cells.last {
                    let found = cells.first { cell in
                        draw -= Double(documents.amounts[cell]) * phi[Int(documents.columns[cell])]
                        return draw < 0
                    }
                    topics.append(documents.columns[found ?? last])
                } else {
                    topics.append(UInt16(Self.place(of: draw - known, in: sums)))
                }
            }
        }
        return topics
    }

    /// Returns the first place whose sum is above `draw`; the last place if there is none because of rounding.
    private static func place(of draw: Double, in sums: [Double]) -> Int {
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > draw { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
