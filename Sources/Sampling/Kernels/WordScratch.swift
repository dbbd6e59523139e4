import CKernels

/// The working memory of one core (see `kernel_core`): about 40 bytes per topic, allocated once.
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
        withLayout { core in
            for (k, alpha) in alpha.enumerated() { core.alpha[k] = alpha }
        }
    }

    private mutating func withLayout<Result>(_ body: (inout kernel_core) -> Result) -> Result {
        memory.withBytes { memory in
            var core = kernel_core()
            kernel_lay_out(&core, UInt32(topics), memory.baseAddress)
            return body(&core)
        }
    }

    /// Calls `body` with the working memory, a slice and n_k.
    mutating func withCore(
        _ state: inout SliceState, totals: inout [Int], beta: Float, betaSum: Float, _ body: (inout kernel_core) -> Void
    ) {
        let (keepsDrift, gathers) = (drift != nil, gathers)
        var drift = drift ?? 0
        withLayout { core in
            core.beta = beta
            core.beta_sum = betaSum
            core.gathers = gathers ? 1 : 0
            core.keeps_drift = keepsDrift ? 1 : 0
            core.drift = drift
            totals.withUnsafeMutableBytes { totals in
                core.totals = totals.bindMemory(to: Int64.self).baseAddress
                state.lend(to: &core, body)
            }
            drift = core.drift
        }
        if keepsDrift { self.drift = drift }
    }
}
