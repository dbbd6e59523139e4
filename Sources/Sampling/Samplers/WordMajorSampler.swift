package import Counts

/// The exact draw of `DenseSampler` in time proportional to the topics of the token's document.
///
/// Tokens come word after word. With phi_k = (n_wk + beta) / (n_k + beta V) for the word at hand, the weights of a token
/// split exactly into two parts:
///
///     document part  sum over the topics in the document of n_dk phi_k     a gather over a short list
///     prior part     sum over all k of alpha_k phi_k                       one number, drawn from rarely
///
/// phi is built once a word; a token changes it in two places. For the prior part the sums of alpha_k phi_k over groups
/// of topics are kept beside it, and walked only when a draw falls there.
///
/// Cost: O(K) a word and core, O(K_d) a token, O(K / 16) a draw from the prior part. Scratch: 16 bytes a topic, which
/// stays in the first-level cache for a thousand topics. No approximation: sums are in single precision, built anew for
/// each word so that rounding cannot drift, and every walk ends at the last topic at the latest.
///
/// The order of every floating-point sum is fixed by the code (vectors of 16 lanes whatever the machine has), so the
/// same seed gives the same bits on every machine.
package struct WordMajorSampler: TopicSampler {
    private let topics: Int
    private let beta: Float
    private var scratch: WordScratch

    package init(priors: Priors) {
        topics = priors.topics
        beta = Float(priors.beta)
        scratch = WordScratch(alpha: priors.alpha.map { Float($0) })
    }

    package mutating func sample(
        words: Range<Int>, block: BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
    ) -> (own: SparseRows, changed: Int) {
        var own = SparseRows(reservingCells: block.own.cells + block.own.cells / 8, rows: words.count)
        var changed = 0
        totals.withUnsafeMutableBufferPointer { totals in
            state.withTokens { tokens in
                scratch.withKernel(totals: totals, beta: beta, betaSum: beta * Float(vocabulary)) { kernel in
                    for (row, word) in words.enumerated() {
                        let range = tokens.range(ofWord: word)
                        if range.isEmpty {
                            own.appendRow(row, of: block.own)
                            continue
                        }
                        kernel.load(block.own, row: row)
                        kernel.load(block.others, row: row)
                        kernel.buildWeights()
                        changed += kernel.resample(range, of: tokens)
                        kernel.unload(minus: block.others, row: row, into: &own)
                    }
                }
            }
        }
        return (own, changed)
    }
}
