#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The beta of each sweep: larger over the first few, then the prior's for good.
///
/// A larger beta flattens what topics know of words, so that early on they share words and only the broad themes tell
/// them apart; as it falls they sharpen (annealing, as for mixtures in Ueda, Nakano 1998). It starts at
///
///     beta + 0.3 N / (K V),
///
/// where the prior weighs about a third of a topic's tokens, whatever the number of topics (a fixed start does not do:
/// what helps 100 topics hinders 1,000), and falls by the same factor every sweep.
///
/// Measured: sweeps until held-out perplexity is what a random topic for each token reaches in 50 and in 100 sweeps, both
/// from the start of `ChainStart` (alpha = 50 / K, beta = 0.01; one run each):
///
///     corpus                     K    beta as it is    this schedule
///     20 Newsgroups            100    23, 71           9, 24
///     Daily Kos                100    16, 51           11, 24
///                            1,000    38, 90           36, 87
///     package descriptions   1,000    16, 52           16, 58
///     NIPS                   1,000    28               35 (over 10 sweeps instead of 20)
///
/// On 178,607 pages of documentation at K = 1,000, perplexity after 100 sweeps is 409.6 with it and 405.1 without.
///
/// Later the two are alike: after 200 sweeps of 20 Newsgroups at K = 100 perplexity is 3083 and 3050, after 500 of Daily
/// Kos at K = 100 1600 and 1604, at K = 1,000 1431 and 1429. At K = 100 a fifth of alpha over 10 sweeps brought less than
/// the larger beta, four times alpha and a tenth of beta nothing.
///
/// Law: from sweep `length` on, the chain is the plain sampler with the user's priors, and nothing else was changed.
package struct BetaSchedule: Sendable, Equatable {
    /// beta, where it ends.
    package let beta: Double
    package let topics: Int
    /// Sweeps before the first one with `beta` itself.
    package let length: Int

    package init(beta: Double, topics: Int, length: Int) {
        self.beta = beta
        self.topics = topics
        self.length = length
    }

    /// Topics up to which it is worth its while: at 100 it saves up to two thirds of the sweeps, at 1,000 nothing or less.
    private static let maxTopics = 256

    /// The length that suits a run: 20 sweeps, and at most a fifth of all; none where topics are many.
    package static func length(iterations: Int, topics: Int) -> Int {
        topics <= maxTopics ? min(20, iterations / 5) : 0
    }

    /// - Parameters:
    ///   - sweep: from 0.
    ///   - tokens: N, of the whole corpus as far as known, as `vocabulary`, V.
    package func beta(sweep: Int, tokens: Int, vocabulary: Int) -> Double {
        guard sweep < length, vocabulary > 0 else { return beta }
        let start = beta + 0.3 * Double(tokens) / (Double(topics) * Double(vocabulary))
        return beta * pow(start / beta, 1 - Double(sweep) / Double(length))
    }
}
