/// THE seam between the sweep and the mathematics: a sampler draws a new topic for every token that one slice has in one
/// block, each from its full conditional (Griffiths, Steyvers 2004),
///
///     p(z_i = k | all others) ~ (n_dk + alpha_k) (n_wk + beta) / (n_k + beta V),
///
/// the token itself taken out of all three counts.
///
/// Laws, for every implementation: the draw is exact; the sums over all tokens stay (per word, per document, in all);
/// afterwards the block's own rows and the documents' topics are a recount of the assignments; the result depends on the
/// arguments alone, on every machine alike.
package protocol TopicSampler: Sendable {
    /// The prior of each word in each topic; may be another from one block to the next.
    var beta: Double { get set }
    /// Resamples the tokens of words `words` of the slice, in order.
    ///
    /// - Parameters:
    ///   - words: the words of the block, in the slice's numbering; row i of `block` is the i-th of them.
    ///   - block: n_wk as this process sees it; its own rows are replaced by those after the draws.
    ///   - vocabulary: V, the words of the whole corpus as far as known.
    ///   - totals: n_k as this core sees it, K numbers; moved with every token.
    /// - Returns: how many tokens changed their topic.
    mutating func sample(
        words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
    ) -> Int
}
