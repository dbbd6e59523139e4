import Counts

/// The Dirichlet priors of latent Dirichlet allocation (Blei, Ng, Jordan 2003), which also determine the number of
/// topics.
///
/// `alpha[k]` is the prior of topic k in every document, and `beta` is that of every word in every topic (symmetric).
/// All are positive and finite. The number of topics is from 1 to `maxTopics`. Whatever is derived from the vector
/// `alpha` is computed here, once for each value; to change a prior, replace the value.
package struct Priors: Sendable, Equatable {
    /// The greatest number of topics, which are numbered in 16 bits.
    package static let maxTopics = RunManifest.topicsRange.upperBound

    package let alpha: [Double]
    package let beta: Double
    /// The alpha that all topics have; nil if they do not all have the same.
    package let symmetricAlpha: Double?
    /// The sum of `alpha`. For a symmetric prior it is computed as a product, which is more exact than a running sum.
    package let alphaSum: Double

    package init(alpha: [Double], beta: Double) {
        precondition((1...Self.maxTopics).contains(alpha.count))
        self.alpha = alpha
        self.beta = beta
        symmetricAlpha = alpha.first.flatMap { first in alpha.allSatisfy { $0 == first } ? first : nil }
        alphaSum = symmetricAlpha.map { $0 * Double(alpha.count) } ?? alpha.reduce(0, +)
    }

    /// Creates priors with the same `alpha` for each of `topics` topics.
    package init(topics: Int, alpha: Double, beta: Double) {
        self.init(alpha: Array(repeating: alpha, count: topics), beta: beta)
    }

    /// The number of topics, K.
    package var topics: Int { alpha.count }

    /// The mean of `alpha`.
    package var alphaMean: Double { symmetricAlpha ?? alphaSum / Double(topics) }

    /// `alpha` as text: one number if it is symmetric, otherwise the number of each topic, separated by spaces. Each
    /// has the fewest digits that read back as the same number.
    package var alphaText: String {
        symmetricAlpha.map { "\($0)" } ?? alpha.map { "\($0)" }.joined(separator: " ")
    }
}
