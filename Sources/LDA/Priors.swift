import Counts

/// The Dirichlet priors of latent Dirichlet allocation (Blei, Ng, Jordan 2003), which also determine the number of
/// topics.
///
/// `alpha[k]` is the prior of topic k in every document, and `beta` is that of every word in every topic (symmetric).
/// All are positive and finite. The number of topics is from 1 to `maxTopics`. Whatever is derived from the vector
/// `alpha` is computed here, once for each value; to change a prior, replace the value.
package struct Priors: Sendable, Equatable {
    /// The greatest number of topics, which are numbered in 16 bits.
    package static let maxTopics = RunManifest.columnsRange.upperBound

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

    /// Creates priors from the form of `alphaValues`; nil if the number of values or a value is not valid.
    package init?(topics: Int, alphaValues: [Double], beta: Double) {
        guard (1...Self.maxTopics).contains(topics), (alphaValues + [beta]).allSatisfy(Self.isValid) else { return nil }
        if alphaValues.count == 1 {
            self.init(topics: topics, alpha: alphaValues[0], beta: beta)
        } else {
            guard alphaValues.count == topics else { return nil }
            self.init(alpha: alphaValues, beta: beta)
        }
    }

    /// Creates priors from the form of `alphaText`; nil if it is not valid.
    package init?(topics: Int, alphaText: String, beta: Double) {
        let fields = alphaText.split(separator: " ", omittingEmptySubsequences: false)
        let values = fields.compactMap { Double($0) }
        guard values.count == fields.count else { return nil }
        self.init(topics: topics, alphaValues: values, beta: beta)
    }

    /// Whether a number can be a prior.
    package static func isValid(_ prior: Double) -> Bool { prior > 0 && prior.isFinite }

    /// The number of topics, K.
    package var topics: Int { alpha.count }

    /// The mean of `alpha`.
    package var alphaMean: Double { symmetricAlpha ?? alphaSum / Double(topics) }

    /// One number if `alpha` is symmetric, otherwise the number of each topic.
    package var alphaValues: [Double] { symmetricAlpha.map { [$0] } ?? alpha }

    /// `alphaValues`, separated by spaces. Each has the fewest digits that read back as the same number.
    package var alphaText: String { alphaValues.map { "\($0)" }.joined(separator: " ") }
}
