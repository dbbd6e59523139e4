/// The interface between the sweep and the sampling algorithm. A sampler draws a new topic for every token that a slice
/// has in a block, from the token's full conditional (Griffiths, Steyvers 2004),
///
///     p(z_i = k | all others) ~ (n_dk + alpha_k) (n_wk + beta) / (n_k + beta V),
///
/// where the token itself is not included in the three counts.
///
/// Every implementation must satisfy these conditions: the draw is exact; the numbers of tokens per word, per document
/// and in total do not change; afterwards the block's own rows and the documents' topics are a recount of the
/// assignments; the result depends only on the arguments, and is the same on every machine.
package protocol TopicSampler: Sendable {
    /// The prior of each word in each topic; it may change from one block to the next.
    var beta: Double { get set }
    /// Resamples the tokens of words `words` of the slice, in order.
    ///
    /// - Parameters:
    ///   - words: the words of the block, in the slice's numbering; row i of `block` belongs to the i-th of them.
    ///   - block: n_wk as this process sees it; its own rows are replaced by those after the draws.
    ///   - vocabulary: V, the number of words of the whole corpus as far as it is known.
    ///   - totals: n_k as this core sees it, K numbers, which are updated with every token.
    /// - Returns: the number of tokens whose topic changed.
    mutating func sample(
        words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
    ) -> Int
}
