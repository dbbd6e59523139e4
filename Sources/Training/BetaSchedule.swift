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

    /// The length that suits a run of so many sweeps: 20, and at most a fifth of all.
    package static func length(iterations: Int) -> Int { min(20, iterations / 5) }

    /// - Parameters:
    ///   - sweep: from 0.
    ///   - tokens: N, of the whole corpus as far as known, as `vocabulary`, V.
    package func beta(sweep: Int, tokens: Int, vocabulary: Int) -> Double {
        guard sweep < length, vocabulary > 0 else { return beta }
        let start = beta + 0.3 * Double(tokens) / (Double(topics) * Double(vocabulary))
        return beta * pow(start / beta, 1 - Double(sweep) / Double(length))
    }
}
