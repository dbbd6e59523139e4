import Counts
package import Sampling

/// What a shard is told to do; all of it ends up in run.json.
package struct TrainingSettings: Sendable {
    package var priors: Priors
    package var seed: UInt64
    package var iterations: Int
    /// The first sweeps, over which beta falls from a larger one (`BetaSchedule`).
    package var anneal: Int
    package var shard: Int
    package var shards: Int
    package var cores: Int
    /// Blocks of words, the unit of exchange.
    package var blocks: Int
    /// Sweeps between two exchanges of a block; nil: only before the first sweep and after the last, as there are no
    /// others.
    package var syncEvery: Int?
    /// The share of the time that exchanges may take, so that they are further apart than `syncEvery` where sweeps
    /// are short (`ExchangeSchedule`); nil: they are not.
    package var exchangeShare: Double?
    /// No sweep t begins before all living shards have done t - 1 - staleness; nil: none waits for another.
    package var staleness: Int?
    /// Go on sampling while other shards are waited for.
    package var extraSweeps: Bool
    /// Seconds of silence after which a shard is taken for dead.
    package var lease: Double
    /// The last sweeps, in which each exchange is waited for (`ShardRun`). Measured after 300 sweeps over 400,000
    /// tokens, 50 topics, one or two runs each: the log-likelihood of the model was below that of one process by 3.2,
    /// 1.2, 0.7, 0.6 and 0.3 percent for four shards with 0, 20, 60, 100 and 300 such sweeps, and by 1.0 and
    /// 0.7 percent for sixteen shards with 60 and 100. 100 of them take 8 percent more processor time than 60.
    package var settling: Int { min(100, iterations / 3) }
    /// Sweeps between two log-likelihoods.
    package var showEvery: Int
    /// Makes a core's sampler.
    package var sampler: @Sendable (Priors) -> any TopicSampler
    /// Replace a run of this name that has finished.
    package var fresh: Bool
    /// Take the shard from a process that is alive.
    package var takeOver: Bool
    /// Go as soon as this shard has finished.
    package var leave: Bool
    package var publishDocuments: Bool
    /// The folder for checkpoints; nil: none are kept.
    package var checkpoint: String?
    /// Sweeps between two of them.
    package var checkpointEvery: Int
    /// Seconds without the store after which to give up; nil: never.
    package var maxOutage: Double?
    package var host: String
    package var process: Int

    package init(
        priors: Priors, seed: UInt64, iterations: Int, anneal: Int? = nil, shard: Int, shards: Int, cores: Int,
        blocks: Int, syncEvery: Int?, exchangeShare: Double? = nil, staleness: Int? = nil, extraSweeps: Bool = true,
        lease: Double = RunAdmission.defaultLease, showEvery: Int,
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
        self.lease = lease
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
