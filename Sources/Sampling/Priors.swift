import Counts

/// The Dirichlet priors of latent Dirichlet allocation (Blei, Ng, Jordan 2003), and through them the shape of a model.
///
/// `alpha[k]` is the prior of topic k in every document, `beta` that of every word in every topic (symmetric).
/// All are positive and finite. Topics: 1 to `maxTopics`.
package struct Priors: Sendable, Equatable {
    /// Topics are numbered in 16 bits.
    package static let maxTopics = RunManifest.topicsRange.upperBound

    package let alpha: [Double]
    package let beta: Double

    package init(alpha: [Double], beta: Double) {
        precondition((1...Self.maxTopics).contains(alpha.count))
        self.alpha = alpha
        self.beta = beta
    }

    /// The same `alpha` for each of `topics` topics.
    package init(topics: Int, alpha: Double, beta: Double) {
        self.init(alpha: Array(repeating: alpha, count: topics), beta: beta)
    }

    /// The sum of `alpha`: for a symmetric prior the exact product, which a running sum would miss.
    package var alphaSum: Double {
        alpha.allSatisfy { $0 == alpha[0] } ? alpha[0] * Double(topics) : alpha.reduce(0, +)
    }

    /// K, the number of topics.
    package var topics: Int { alpha.count }
}
