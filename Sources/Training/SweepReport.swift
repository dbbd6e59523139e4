package import Files

/// The measurements of a sweep, which become a line of metrics.jsonl.
package struct SweepReport: Sendable, Equatable {
    /// The number of the sweep, from 1.
    package var sweep: Int
    /// The seconds of sampling in this sweep.
    package var seconds = 0.0
    /// The seconds since the first sweep began, including all waiting.
    package var elapsed = 0.0
    /// The number of tokens of this process.
    package var tokens: Int
    /// The number of tokens whose topic changed.
    package var changed = 0
    package var logLikelihoodPerToken: Double?
    /// The age of the counts of the other shards.
    package var viewAge = ViewAge()
    /// The waits since the previous report: before this sweep and during it.
    package var waits = Waits()

    package var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
    package var changedShare: Double { tokens > 0 ? Double(changed) / Double(tokens) : 0 }
}

/// The waits of a shard, in a sweep or in the whole run.
package struct Waits: Sendable, Equatable {
    /// The longest time in seconds for which the sampling waited for an exchange.
    package var longestExchange = 0.0
    /// The longest time in seconds for which the sampling was held because other shards were behind, including the wait
    /// for them after the last sweep and the extra sweeps in that time.
    package var longestHold = 0.0
    /// The number of extra sweeps done while held, in addition to those that count.
    package var extraSweeps = 0
    /// The number of writes that the store refused because a block had changed. Each was repeated.
    package var refusedWrites = 0

    package init(
        longestExchange: Double = 0, longestHold: Double = 0, extraSweeps: Int = 0, refusedWrites: Int = 0
    ) {
        self.longestExchange = longestExchange
        self.longestHold = longestHold
        self.extraSweeps = extraSweeps
        self.refusedWrites = refusedWrites
    }

    mutating func add(_ other: Waits) {
        longestExchange = max(longestExchange, other.longestExchange)
        longestHold = max(longestHold, other.longestHold)
        extraSweeps += other.extraSweeps
        refusedWrites += other.refusedWrites
    }
}

/// The age of the counts of the other shards in a sweep: the seconds since they were read from the store, for each
/// block when a core began to sample it.
package struct ViewAge: Sendable, Equatable {
    private var sum = 0.0
    private var count = 0
    package private(set) var max: Double?

    /// nil if no block was sampled or there are no other shards.
    package var mean: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func add(_ age: Double) {
        sum += age
        count += 1
        max = Swift.max(max ?? 0, age)
    }
}

/// How a shard's run ended.
package struct ShardOutcome: Sendable, Equatable {
    /// The number of sweeps done, including those before the checkpoint from which it continued.
    package var sweeps = 0
    /// Whether it was stopped before its last sweep.
    package var stopped = false
    /// The number of tokens sampled in all sweeps together.
    package var sampledTokens = 0
    /// The seconds of sampling.
    package var sampleSeconds = 0.0
    /// The seconds for which the sampling waited for exchanges: the first, the last, and those of the last sweeps.
    package var exchangeSeconds = 0.0
    /// The seconds of exchanges in the background of the sampling.
    package var backgroundExchangeSeconds = 0.0
    /// The seconds for which the sampling waited for checkpoints.
    package var checkpointSeconds = 0.0
    /// The reason why the last checkpoint was not written; nil if it was.
    package var checkpointFailure: FileError?
    /// The number of blocks exchanged in the whole run, counting each exchange of a block.
    package var exchangedBlocks = 0
    /// The waits of the whole run.
    package var waits = Waits()
    package var logLikelihoodPerToken: Double?

    package init() {}

    package var tokensPerSecond: Double { sampleSeconds > 0 ? Double(sampledTokens) / sampleSeconds : 0 }
}
