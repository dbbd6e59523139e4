import CKernels

/// The working memory of one core (see `kernel_context`): about 40 bytes per topic, allocated once.
struct WordScratch: Sendable {
    let topics: Int
    private var memory: AlignedMemory
    /// The largest relative difference so far between a running sum and its recount; nil: they are not compared.
    var drift: Float?
    /// Whether phi is gathered with an instruction or number by number. The results are the same.
    var gathers = kernel_gathers_pay() != 0

    init(alpha: [Float]) {
        topics = alpha.count
        memory = AlignedMemory(bytes: kernel_memory_bytes(UInt32(topics)))
        withLayout { context in
            for (k, alpha) in alpha.enumerated() { context.alpha[k] = alpha }
        }
    }

    private mutating func withLayout<Result>(_ body: (inout kernel_context) -> Result) -> Result {
        memory.withBytes { memory in
            var context = kernel_context()
            kernel_lay_out(&context, UInt32(topics), memory.baseAddress)
            return body(&context)
        }
    }

    /// Calls `body` with the working memory, a slice and n_k.
    mutating func withContext(
        _ state: inout SliceState, totals: inout [Int], beta: Float, betaSum: Float,
        _ body: (inout kernel_context) -> Void
    ) {
        let (keepsDrift, gathers) = (drift != nil, gathers)
        var drift = drift ?? 0
        withLayout { context in
            context.beta = beta
            context.beta_sum = betaSum
            context.gathers = gathers ? 1 : 0
            context.keeps_drift = keepsDrift ? 1 : 0
            context.drift = drift
            totals.withUnsafeMutableBytes { totals in
                context.totals = totals.bindMemory(to: Int64.self).baseAddress
                state.lend(to: &context, body)
            }
            drift = context.drift
        }
        if keepsDrift { self.drift = drift }
    }
}
