/// The progress of one shard as it last reported it, for the listener, for the other shards and for users.
package struct ShardProgress: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable {
        case sampling
        /// The shard was stopped before its last sweep. Its contribution is kept, and the same command continues it.
        case stopped
        /// The shard has done all its sweeps, and its last contribution is in the store.
        case finished
        /// The shard was removed from the run. It has no counts, and no shard waits for it. The same command adds it
        /// again.
        case removed
    }

    package var shard: Int
    package var state: State
    /// The number of sweeps done, of `iterations`.
    package var sweep: Int
    package var iterations: Int
    /// The numbers of documents and tokens in the shard's slices.
    package var documents: Int
    package var tokens: Int
    /// The tokens of the last sweep divided by the seconds spent sampling them.
    package var tokensPerSecond: Int
    /// The log-likelihood per token of the model as this shard last computed it.
    package var logLikelihoodPerToken: Double?
    /// The number of rounds in which every block was exchanged.
    package var exchanges: Int
    /// The number of additional sweeps done while the shard waited for other shards.
    package var extraSweeps: Int
    /// Whether the topics of documents are published.
    package var publishesDocuments: Bool
    package var host: String
    package var process: Int

    package init(
        shard: Int, state: State = .sampling, sweep: Int = 0, iterations: Int, documents: Int, tokens: Int,
        tokensPerSecond: Int = 0, logLikelihoodPerToken: Double? = nil, exchanges: Int = 0, extraSweeps: Int = 0,
        publishesDocuments: Bool = false, host: String, process: Int
    ) {
        self.shard = shard
        self.state = state
        self.sweep = sweep
        self.iterations = iterations
        self.documents = documents
        self.tokens = tokens
        self.tokensPerSecond = tokensPerSecond
        self.logLikelihoodPerToken = logLikelihoodPerToken
        self.exchanges = exchanges
        self.extraSweeps = extraSweeps
        self.publishesDocuments = publishesDocuments
        self.host = host
        self.process = process
    }

    /// Whether the shard is sampling and has not done all its sweeps.
    package var hasSweepsLeft: Bool { state == .sampling && sweep < iterations }

    /// The keys as they are spelled in the store.
    package enum CodingKeys: String, CodingKey {
        case shard, state, sweep, iterations, documents, tokens
        case tokensPerSecond = "tokens_per_second"
        case logLikelihoodPerToken = "ll_per_token"
        case exchanges
        case extraSweeps = "extra_sweeps"
        case publishesDocuments = "publishes_documents"
        case host
        case process = "pid"
    }
}

/// A shard's progress, with what the store itself has recorded about the shard.
package struct ShardStatus: Sendable, Equatable {
    package var progress: ShardProgress
    /// The generation of the latest process that claimed the shard.
    package var generation: Generation
    /// The seconds since that process last reported, by the store's clock.
    package var silence: Double

    package init(progress: ShardProgress, generation: Generation, silence: Double) {
        self.progress = progress
        self.generation = generation
        self.silence = silence
    }

    /// Returns whether a process owns the shard, judging by the time of its last report. (The process of a finished
    /// shard may still be running.)
    /// - Parameter deadAfter: the seconds in the run's manifest.
    package func isAlive(deadAfter: Double) -> Bool {
        switch progress.state {
        case .sampling, .finished: silence < deadAfter
        case .stopped, .removed: false
        }
    }

    /// Returns whether the shard should be sampling but has not reported for `deadAfter` seconds.
    package func isSilent(deadAfter: Double) -> Bool { progress.state == .sampling && silence >= deadAfter }
}

extension [ShardStatus] {
    /// Returns whether all `shards` shards of a run, except those that were removed, have finished. At least one shard
    /// must have finished.
    package func areFinished(shards: Int) -> Bool {
        let remaining = filter { $0.progress.state != .removed }
        return count == shards && !remaining.isEmpty && remaining.allSatisfy { $0.progress.state == .finished }
    }
}
