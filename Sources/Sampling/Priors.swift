import Counts

/// The Dirichlet priors of latent Dirichlet allocation (Blei, Ng, Jordan 2003), which also determine the number of
/// topics.
///
/// `alpha[k]` is the prior of topic k in every document, and `beta` is that of every word in every topic (symmetric).
/// All are positive and finite. The number of topics is from 1 to `maxTopics`.
package struct Priors: Sendable, Equatable {
    /// The greatest number of topics, which are numbered in 16 bits.
    package static let maxTopics = RunManifest.topicsRange.upperBound

    package let alpha: [Double]
    package let beta: Double

    package init(alpha: [Double], beta: Double) {
        precondition((1...Self.maxTopics).contains(alpha.count))
        self.alpha = alpha
        self.beta = beta
    }

    /// Creates priors with the same `alpha` for each of `topics` topics.
    package init(topics: Int, alpha: Double, beta: Double) {
        self.init(alpha: Array(repeating: alpha, count: topics), beta: beta)
    }

    /// The sum of `alpha`. For a symmetric prior it is computed as a product, which is more exact than a running sum.
    package var alphaSum: Double {
        alpha.allSatisfy { $0 == alpha[0] } ? alpha[0] * Double(topics) : alpha.reduce(0, +)
    }

    /// The number of topics, K.
    package var topics: Int { alpha.count }
}
