import Corpus
import Counts
package import LDA

/// The reference sampler, which follows the equation directly: for each token it computes all K weights, then draws.
/// Read this sampler first.
///
/// O(K) per token. Every other sampler is tested against it, and it is never optimised.
package struct DenseSampler: TopicSampler {
    private let priors: Priors
    package var beta: Double

    package init(priors: Priors) {
        self.priors = priors
        beta = priors.beta
    }

    package mutating func sample(
        words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
    ) -> Int {
        let betaSum = beta * Double(vocabulary)
        var own = SparseRows()
        var changed = 0
        for (row, word) in words.enumerated() {
            var ownCounts = dense(block.own, row: row)
            let otherCounts = dense(block.others, row: Int(block.places.places[row]))
            for token in state.tokens(ofWord: word) {
                let old = Int(state.assignments[token])
                let document = Int(state.slice.tokenDocuments[token])

                ownCounts[old] -= 1
                totals[old] -= 1
                state.documents.add(-1, topic: old, document: document)

                var documentCounts = [Int](repeating: 0, count: priors.topics)
                for (topic, count) in state.documents.topics(of: document) { documentCounts[topic] = count }
                let weights = (0..<priors.topics).map { k in
                    (Double(documentCounts[k]) + priors.alpha[k])
                        * (Double(ownCounts[k] + otherCounts[k]) + beta)
                        / (Double(totals[k]) + betaSum)
                }
                let new = draw(weights, &state.random)

                ownCounts[new] += 1
                totals[new] += 1
                state.documents.add(1, topic: new, document: document)
                state.assignments[token] = UInt16(new)
                changed += old == new ? 0 : 1
            }
            for (topic, count) in ownCounts.enumerated() where count > 0 {
                own.append(column: UInt16(topic), amount: UInt32(count))
            }
            own.endRow()
        }
        block.own = own
        return changed
    }

    private func dense(_ rows: SparseRows, row: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: priors.topics)
        for cell in rows.range(of: row) { counts[Int(rows.columns[cell])] = Int(rows.amounts[cell]) }
        return counts
    }

    private func draw(_ weights: [Double], _ random: inout Xoshiro256) -> Int {
        var rest = random.nextDouble() * weights.reduce(0, +)
        for (k, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return k }
        }
        return weights.count - 1
    }
}
