import Counts
package import LDA

/// log p(w, z | alpha, beta), the joint log-likelihood of words and assignments with the multinomials integrated out
/// (Griffiths, Steyvers 2004, eqs. 2 and 3), in two parts:
///
///     words      sum_k [ lnG(beta V) - lnG(n_k + beta V) + sum_w (lnG(n_wk + beta) - lnG(beta)) ]
///     documents  sum_d [ lnG(A) - lnG(N_d + A) + sum_k (lnG(n_dk + alpha_k) - lnG(alpha_k)) ],   A = sum_k alpha_k
///
/// Time: O(cells of n_wk) and O(entries of n_dk). Divided by the number of tokens, it is MALLET's "LL/token".
package struct LogLikelihood: Sendable {
    private let priors: Priors
    private let word: LogGammaTable
    private let topics: [LogGammaTable]
    private let document: LogGammaTable

    package init(_ priors: Priors) {
        self.priors = priors
        word = LogGammaTable(offset: priors.beta)
        document = LogGammaTable(offset: priors.alphaSum)
        topics = priors.alphaValues.map { LogGammaTable(offset: $0) }
    }

    /// Returns the part of the words, from the sums of own and other counts of every block.
    package func ofWords(_ blocks: [BlockCounts], totals: [Int], vocabulary: Int) -> Double {
        let normaliser = LogGammaTable(offset: priors.beta * Double(vocabulary), size: 0)
        var sum = totals.reduce(0.0) { $0 - normaliser($1) }
        for block in blocks {
            let all = PlacedRows(block.own, at: block.places).inPlace.adding(block.others)
            for amount in all?.amounts ?? [] { sum += word(Int(amount)) }
        }
        return sum
    }

    /// Returns the part of the documents of one slice.
    package func ofDocuments(_ documents: DocumentTopics) -> Double {
        var sum = 0.0
        for d in 0..<documents.count {
            var tokens = 0
            for (topic, count) in documents.topics(of: d) {
                sum += topics[topics.count == 1 ? 0 : topic](count)
                tokens += count
            }
            sum -= document(tokens)
        }
        return sum
    }
}
