import Counts
package import LDA
package import Sampling

/// The settings of a shard. All of them are recorded in run.json.
package struct TrainingSettings: Sendable {
    package var priors: Priors
    package var seed: UInt64
    package var iterations: Int
    /// The number of sweeps at the start during which beta falls from a larger value (`BetaSchedule`).
    package var anneal: Int
    package var shard: Int
    package var shards: Int
    package var cores: Int
    /// The number of blocks of words. A block is the unit of exchange.
    package var blocks: Int
    /// The number of sweeps between two exchanges of a block. If nil, blocks are exchanged only before the first sweep
    /// and after the last one, because there are no other shards.
    package var syncEvery: Int?
    /// The share of the time that exchanges may take. If sweeps are short, exchanges are less frequent than `syncEvery`
    /// to stay within this share (`ExchangeSchedule`). nil means no such limit.
    package var exchangeShare: Double?
    /// The bound on how far shards may be apart: no sweep t begins before all living shards have done sweep t - 1 -
    /// staleness. nil means that no shard waits for another.
    package var staleness: Int?
    /// Whether to continue sampling while waiting for other shards.
    package var extraSweeps: Bool
    /// The seconds without a report after which a shard is considered dead.
    package var deadAfter: Double
    /// The number of sweeps at the end in which the shard waits for each exchange (`ShardExchange`). It was measured
    /// after 300 sweeps over 400,000 tokens with 50 topics, one or two runs each. The log-likelihood of the model of
    /// four shards was 3.2, 1.2, 0.7, 0.6 and 0.3 percent below that of one process with 0, 20, 60, 100 and 300 such
    /// sweeps. The log-likelihood of the model of sixteen shards was 1.0 and 0.7 percent below with 60 and 100. With
    /// 100, a run takes 8 percent more processor time than with 60.
    package var settling: Int { min(100, iterations / 3) }
    /// The number of sweeps between two computations of the log-likelihood.
    package var showEvery: Int
    /// Makes a core's sampler.
    package var sampler: @Sendable (Priors) -> any TopicSampler
    /// Whether to replace a run of this name that has finished.
    package var fresh: Bool
    /// Whether to take over the shard from a process that is alive.
    package var takeOver: Bool
    /// Whether to end as soon as this shard has finished.
    package var leave: Bool
    package var publishDocuments: Bool
    /// The folder for checkpoints; nil if none are kept.
    package var checkpoint: String?
    /// The number of sweeps between two checkpoints.
    package var checkpointEvery: Int
    /// The seconds without the store after which to give up; nil means never.
    package var maxOutage: Double?
    package var host: String
    package var process: Int

    package init(
        priors: Priors, seed: UInt64, iterations: Int, anneal: Int? = nil, shard: Int, shards: Int, cores: Int,
        blocks: Int, syncEvery: Int?, exchangeShare: Double? = nil, staleness: Int? = nil, extraSweeps: Bool = true,
        deadAfter: Double = RunAdmission.defaultDeadAfter, showEvery: Int,
        sampler: @escaping @Sendable (Priors) -> any TopicSampler = { WordMajorSampler(priors: $0) },
        fresh: Bool = false, takeOver: Bool = false, leave: Bool = false,
        publishDocuments: Bool = false, checkpoint: String? = nil, checkpointEvery: Int = 10, maxOutage: Double? = nil,
        host: String, process: Int
    ) {
        self.priors = priors
        self.seed = seed
        self.iterations = iterations
        self.anneal = anneal ?? BetaSchedule.length(iterations: iterations, topics: priors.topics)
        self.shard = shard
        self.shards = shards
        self.cores = cores
        self.blocks = blocks
        self.syncEvery = syncEvery
        self.exchangeShare = exchangeShare
        self.staleness = staleness
        self.extraSweeps = extraSweeps
        self.deadAfter = deadAfter
        self.showEvery = showEvery
        self.sampler = sampler
        self.fresh = fresh
        self.takeOver = takeOver
        self.leave = leave
        self.publishDocuments = publishDocuments
        self.checkpoint = checkpoint
        self.checkpointEvery = checkpointEvery
        self.maxOutage = maxOutage
        self.host = host
        self.process = process
    }
}
