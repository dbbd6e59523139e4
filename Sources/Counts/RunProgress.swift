/// How far one shard is, as it last said so itself: for the listener, for the other shards, and for people.
package struct ShardProgress: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable {
        case sampling
        /// It was asked to end before its last sweep; its contribution stays, and the same command goes on with it.
        case stopped
        /// It has done all its sweeps and its last contribution is in the store.
        case finished
        /// It was taken out of the run: it counts nothing, and no one waits for it. The same command brings it back.
        case removed
    }

    package var shard: Int
    package var state: State
    /// Sweeps done, of `iterations`.
    package var sweep: Int
    package var iterations: Int
    /// Documents and tokens of the shard's slices.
    package var documents: Int
    package var tokens: Int
    /// Tokens sampled over seconds sampling, of the last sweep.
    package var tokensPerSecond: Int
    /// Log-likelihood of the model per token as this shard sees it, when it was last computed.
    package var logLikelihoodPerToken: Double?
    /// Rounds in which every block was exchanged.
    package var exchanges: Int
    /// Sweeps done besides, while it waited for other shards.
    package var extraSweeps: Int
    /// Whether topics of documents are published.
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

    /// As spelled in the store.
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

/// A shard's progress with what the store itself knows of it.
package struct ShardStatus: Sendable, Equatable {
    package var progress: ShardProgress
    /// The latest process that took the shard.
    package var generation: Generation
    /// Seconds since that process last reported, by the store's clock.
    package var silence: Double

    package init(progress: ShardProgress, generation: Generation, silence: Double) {
        self.progress = progress
        self.generation = generation
        self.silence = silence
    }

    /// Whether a process has the shard, as far as its silence tells. (One that has finished may stay.)
    /// - Parameter lease: the run's, of its manifest.
    package func isAlive(lease: Double) -> Bool {
        switch progress.state {
        case .sampling, .finished: silence < lease
        case .stopped, .removed: false
        }
    }

    /// Whether it should be sampling and has not been heard for `lease` seconds.
    package func isSilent(lease: Double) -> Bool { progress.state == .sampling && silence >= lease }
}

extension [ShardStatus] {
    /// Whether all `shards` shards of a run have finished, those left out that were removed; at least one has.
    package func areFinished(shards: Int) -> Bool {
        let remaining = filter { $0.progress.state != .removed }
        return count == shards && !remaining.isEmpty && remaining.allSatisfy { $0.progress.state == .finished }
    }

    /// The fewest sweeps done by a shard that samples, has sweeps left and was heard within `lease` seconds; nil if
    /// there is none.
    package func slowest(lease: Double) -> Int? {
        filter {
            $0.isAlive(lease: lease) && $0.progress.state == .sampling && $0.progress.sweep < $0.progress.iterations
        }
        .map(\.progress.sweep).min()
    }

    /// Whether such a shard has done fewer than `sweep` sweeps.
    package func areBehind(_ sweep: Int, lease: Double) -> Bool { slowest(lease: lease).map { $0 < sweep } ?? false }
}
