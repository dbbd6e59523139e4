/// The working memory of `WordKernel`: dense vectors over the topics, in lanes of 16.
///
/// Topics are padded to a multiple of 16 with topics of weight 0. Group g = 16 s + l holds the topics
/// 256 s + 16 i + l, i = 0 ..< 16: so the sums of 16 groups are sums of whole vectors.
struct WordScratch: Sendable {
    typealias Floats = SIMD16<Float>

    static let lanes = 16
    /// Vectors of topics in a row of groups.
    static let groupRows = 16
    /// Topics in a row of groups.
    static let groupTopics = lanes * groupRows

    let topics: Int
    private let alpha: [Floats]
    private var phi: [Floats]
    private var inverse: [Floats]
    private var counts: [SIMD16<Int32>]
    private var groups: [Floats]
    private var touched: [UInt64]
    private var running: [Floats]

    init(alpha: [Float]) {
        topics = alpha.count
        let vectors = (topics + Self.lanes - 1) / Self.lanes
        self.alpha = (0..<vectors).map { vector in
            var lanes = Floats(repeating: 0)
            for lane in 0..<Self.lanes where vector * Self.lanes + lane < alpha.count {
                lanes[lane] = alpha[vector * Self.lanes + lane]
            }
            return lanes
        }
        phi = Array(repeating: .zero, count: vectors)
        inverse = Array(repeating: .zero, count: vectors)
        counts = Array(repeating: .zero, count: vectors)
        groups = Array(repeating: .zero, count: (vectors + Self.groupRows - 1) / Self.groupRows)
        touched = Array(repeating: 0, count: (topics + 63) / 64)
        running = Array(repeating: .zero, count: vectors + 1)
    }

    /// Lends the memory to a kernel, set up for the topic totals `totals`.
    mutating func withKernel<Result>(
        totals: UnsafeMutableBufferPointer<Int>, beta: Float, betaSum: Float, _ body: (inout WordKernel) -> Result
    ) -> Result {
        alpha.withUnsafeBufferPointer { alpha in
            phi.withUnsafeMutableBufferPointer { phi in
                inverse.withUnsafeMutableBufferPointer { inverse in
                    counts.withUnsafeMutableBufferPointer { counts in
                        groups.withUnsafeMutableBufferPointer { groups in
                            touched.withUnsafeMutableBufferPointer { touched in
                                running.withUnsafeMutableBufferPointer { running in
                                    var kernel = WordKernel(
                                        topics: topics, beta: beta, betaSum: betaSum, alpha: alpha, phi: phi,
                                        inverse: inverse, counts: counts, groups: groups, touched: touched,
                                        running: running, totals: totals)
                                    return body(&kernel)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
