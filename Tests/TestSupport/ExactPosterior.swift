import Platform

/// The exact posterior p(z | w) of a corpus of one to about ten tokens, computed by enumerating every assignment. The
/// assignments that a sampler visits are compared with it.
package struct ExactPosterior {
    /// The probability of each assignment, by its code: the sum of z_i K^i over the tokens i.
    package let probabilities: [Double]

    /// - Parameters:
    ///   - tokens: the word and the document of each token.
    ///   - others: n_wk that does not belong to these tokens, by word.
    package init(
        tokens: [(word: Int, document: Int)], words: Int, documents: Int, alpha: [Double], beta: Double,
        others: [[Int]]? = nil
    ) {
        let topics = alpha.count
        var count = 1
        for _ in tokens { count *= topics }
        var logs: [Double] = []
        for code in 0..<count {
            var wordTopics = others ?? Array(repeating: Array(repeating: 0, count: topics), count: words)
            var documentTopics = Array(repeating: Array(repeating: 0, count: topics), count: documents)
            var rest = code
            for token in tokens {
                let topic = rest % topics
                rest /= topics
                wordTopics[token.word][topic] += 1
                documentTopics[token.document][topic] += 1
            }
            var log = 0.0
            for topic in 0..<topics {
                let total = wordTopics.reduce(0) { $0 + $1[topic] }
                log -= Self.logGamma(Double(total) + beta * Double(words))
                for word in wordTopics { log += Self.logGamma(Double(word[topic]) + beta) }
                for document in documentTopics { log += Self.logGamma(Double(document[topic]) + alpha[topic]) }
            }
            logs.append(log)
        }
        let top = logs.max()!
        let sum = logs.reduce(0) { $0 + exp($1 - top) }
        probabilities = logs.map { exp($0 - top) / sum }
    }

    /// Returns Pearson's statistic, which compares the visits to each assignment with the posterior, and its degrees of
    /// freedom. Assignments that are expected fewer than 5 times are combined.
    package func chiSquare(visits: [Int]) -> (statistic: Double, degrees: Int) {
        let total = Double(visits.reduce(0, +))
        var statistic = 0.0
        var cells = 0
        var (rareVisits, rareExpected) = (0.0, 0.0)
        for (visits, probability) in zip(visits, probabilities) {
            let expected = probability * total
            if expected < 5 {
                rareVisits += Double(visits)
                rareExpected += expected
            } else {
                statistic += (Double(visits) - expected) * (Double(visits) - expected) / expected
                cells += 1
            }
        }
        if rareExpected > 0 {
            statistic += (rareVisits - rareExpected) * (rareVisits - rareExpected) / max(rareExpected, 1)
            cells += 1
        }
        return (statistic, cells - 1)
    }

    /// Returns the value that chi-square with `degrees` degrees of freedom exceeds once in 100,000 times (Wilson,
    /// Hilferty 1931).
    package static func limit(degrees: Int) -> Double {
        let spread = 2 / (9 * Double(degrees))
        let root = 1 - spread + 4.265 * spread.squareRoot()
        return Double(degrees) * root * root * root
    }

    private static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}
