package import Files

/// What is known of a sweep when it has ended: a line of metrics.jsonl.
package struct SweepReport: Sendable, Equatable {
    /// From 1.
    package var sweep: Int
    /// Seconds sampling in this sweep.
    package var seconds = 0.0
    /// Seconds since the first sweep began, everything included.
    package var elapsed = 0.0
    /// Tokens of this process.
    package var tokens: Int
    /// Tokens whose topic is another than before.
    package var changed = 0
    package var logLikelihoodPerToken: Double?
    /// How old what was known of the others was.
    package var viewAge = ViewAge()
    /// What came between the sweep before and this one, and beside it.
    package var waits = Waits()

    package var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
    package var changedShare: Double { tokens > 0 ? Double(changed) / Double(tokens) : 0 }
}

/// What a shard waited for, in a sweep or altogether.
package struct Waits: Sendable, Equatable {
    /// Seconds of the longest time in which the sampling waited for an exchange.
    package var longestExchange = 0.0
    /// Seconds of the longest time in which it was held for shards that are behind, or was done and waited for them; extra
    /// sweeps are part of that time.
    package var longestHold = 0.0
    /// Sweeps done in that time, beside those that count.
    package var extraSweeps = 0
    /// Writes that the store refused because a block had changed; each was done again.
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

/// How old, in seconds since it was read from the store, what a sweep knew of the others' counts was: over all blocks, each
/// when a core began on it.
package struct ViewAge: Sendable, Equatable {
    private var sum = 0.0
    private var count = 0
    package private(set) var max: Double?

    /// nil: no block was sampled, or there are no others.
    package var mean: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func add(_ age: Double) {
        sum += age
        count += 1
        max = Swift.max(max ?? 0, age)
    }
}

/// How a shard's run ended.
package struct ShardOutcome: Sendable, Equatable {
    /// Sweeps done, those before the checkpoint included that it went on from.
    package var sweeps = 0
    /// Whether it was asked to end before its last sweep.
    package var stopped = false
    /// Tokens sampled, all sweeps together.
    package var sampledTokens = 0
    /// Seconds sampling.
    package var sampleSeconds = 0.0
    /// Seconds in which the sampling waited for an exchange: the first, the last, and a little each sweep.
    package var exchangeSeconds = 0.0
    /// Seconds of exchanges beside sampling.
    package var exchangeBesideSeconds = 0.0
    /// Seconds in which the sampling waited for checkpoints.
    package var checkpointSeconds = 0.0
    /// Why the last checkpoint was not written.
    package var checkpointFailure: FileError?
    /// Blocks exchanged, all rounds together.
    package var exchangedBlocks = 0
    /// Of the whole run.
    package var waits = Waits()
    package var logLikelihoodPerToken: Double?

    package init() {}

    package var tokensPerSecond: Double { sampleSeconds > 0 ? Double(sampledTokens) / sampleSeconds : 0 }
}
