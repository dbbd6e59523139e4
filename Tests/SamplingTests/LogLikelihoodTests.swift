import Corpus
import Counts
import LDA
import Platform
import Sampling
import TestSupport
import Testing

@Suite("The log-likelihood")
struct LogLikelihoodTests {
    /// Computes log p(w, z) by the chain rule: each token is added in turn, given the tokens before it.
    private func sequential(_ state: SliceState, words: Int, alpha: [Double], beta: Double) -> Double {
        let topics = alpha.count
        var wordTopics = [[Double]](repeating: [Double](repeating: 0, count: topics), count: words)
        var documentTopics = [[Double]](repeating: [Double](repeating: 0, count: topics), count: state.documents.count)
        var totals = [Double](repeating: 0, count: topics)
        var sum = 0.0
        for word in 0..<words {
            for token in state.tokens(ofWord: word) {
                let topic = Int(state.assignments[token])
                let document = Int(state.slice.tokenDocuments[token])
                let length = documentTopics[document].reduce(0, +)
                sum += log((documentTopics[document][topic] + alpha[topic]) / (length + alpha.reduce(0, +)))
                sum += log((wordTopics[word][topic] + beta) / (totals[topic] + beta * Double(words)))
                wordTopics[word][topic] += 1
                documentTopics[document][topic] += 1
                totals[topic] += 1
            }
        }
        return sum
    }

    @Test("is the product of the conditional probabilities of tokens", arguments: [[0.5, 0.5, 0.5], [0.2, 1, 3]])
    func chainRule(alpha: [Double]) {
        let state = SliceState(TinyCorpus.slice(TinyCorpus.twoThemes, words: 12), topics: 3, seed: 3, stream: 0)
        let block = BlockCounts(own: SliceState.recount([state], words: 0..<12, topics: 3))
        var totals = [0, 0, 0]
        block.own.addColumnSums(to: &totals)
        let likelihood = LogLikelihood(Priors(alpha: alpha, beta: 0.1))
        let whole =
            likelihood.ofWords([block], totals: totals, vocabulary: 12) + likelihood.ofDocuments(state.documents)
        let expected = sequential(state, words: 12, alpha: alpha, beta: 0.1)
        #expect(abs(whole - expected) < 1e-8 * abs(expected))
    }

    @Test("counts the rows of other processes like its own")
    func others() {
        let likelihood = LogLikelihood(Priors(topics: 2, alpha: 0.5, beta: 0.1))
        let whole = BlockCounts(own: SparseRows(dense: [[0, 2000], [4, 0], [3, 1]]))
        var parts = BlockCounts(own: SparseRows(dense: [[1, 1], [0, 5]]))
        var totals = [1, 6]
        parts.replaceOthers(
            SparseRows(dense: [[0, 1995], [4, 0], [2, 0]]), at: RowPlaces([2, 0], count: 3), totals: &totals)
        #expect(totals == [7, 2001])
        #expect(
            likelihood.ofWords([parts], totals: totals, vocabulary: 3)
                == likelihood.ofWords([whole], totals: [7, 2001], vocabulary: 3))
    }
}
