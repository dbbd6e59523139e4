import Platform

/// The schedule of beta: larger values in the first sweeps, then the value of the prior.
///
/// A larger beta flattens the word distributions of the topics, so that early on the topics share words and differ only
/// in their broad themes. As beta falls, the topics become more distinct (annealing, as for mixtures in Ueda, Nakano
/// 1998). The schedule starts at
///
///     beta + 0.3 N / (K V),
///
/// where the prior weighs about a third of a topic's tokens, regardless of the number of topics. (A fixed starting
/// value does not work: a value that helps with 100 topics is harmful with 1,000.) Then it falls by the same factor
/// every sweep.
///
/// The table shows the number of sweeps until held-out perplexity reaches the values that a chain with random initial
/// topics has after 50 and after 100 sweeps. Both columns begin with the start of `InitialTopics` (alpha = 50 / K,
/// beta = 0.01; one run each).
///
///     corpus                     K    constant beta    this schedule
///     20 Newsgroups            100    23, 71           9, 24
///     Daily Kos                100    16, 51           11, 24
///                            1,000    38, 90           36, 87
///     package descriptions   1,000    16, 52           16, 58
///     NIPS                   1,000    28               35 (over 10 sweeps instead of 20)
///
/// On 178,607 pages of documentation at K = 1,000, perplexity after 100 sweeps is 409.6 with the schedule and 405.1
/// without it.
///
/// Later both are similar: after 200 sweeps of 20 Newsgroups at K = 100, perplexity is 3083 and 3050; after 500 sweeps
/// of Daily Kos it is 1600 and 1604 at K = 100, and 1431 and 1429 at K = 1,000. At K = 100, reducing alpha to a fifth
/// for 10 sweeps gained less than the larger beta; four times alpha and a tenth of beta gained nothing.
///
/// Guarantee: from sweep `length` on, the chain is the plain sampler with the user's priors. Nothing else is changed.
package struct BetaSchedule: Sendable, Equatable {
    /// The final value.
    package let beta: Double
    package let topics: Int
    /// The number of sweeps before the first one with the final value.
    package let length: Int

    package init(beta: Double, topics: Int, length: Int) {
        self.beta = beta
        self.topics = topics
        self.length = length
    }

    /// The largest number of topics for which the schedule is used by default. With 100 topics it saves up to two
    /// thirds of the sweeps; with 1,000 it saves nothing or costs some.
    private static let maxTopics = 256

    /// Returns the default length: 20 sweeps, but at most a fifth of all sweeps; 0 if there are many topics.
    package static func length(iterations: Int, topics: Int) -> Int {
        topics <= maxTopics ? min(20, iterations / 5) : 0
    }

    /// Returns beta for a sweep.
    ///
    /// - Parameters:
    ///   - sweep: the number of the sweep, from 0.
    ///   - tokens: N, the tokens of the whole corpus as far as known.
    ///   - vocabulary: V, the words of the whole corpus as far as known.
    package func beta(sweep: Int, tokens: Int, vocabulary: Int) -> Double {
        guard sweep < length, vocabulary > 0 else { return beta }
        let start = beta + 0.3 * Double(tokens) / (Double(topics) * Double(vocabulary))
        return beta * pow(start / beta, 1 - Double(sweep) / Double(length))
    }
}
