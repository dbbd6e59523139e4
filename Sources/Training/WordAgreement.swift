package import Corpus
package import Counts
package import Logging

/// Brings together, through the store, how often the words of all shards occur, so that each decides alike on those that
/// are kept.
///
/// A shard publishes what it counted and adds up what all have. What is published depends on the corpus, its reading and the
/// shard's number alone: a shard that is restarted publishes the same, and nothing has to be told apart or fenced. What the
/// store loses is put back: by those who wait when they look, by the others now and then (`keepPublished`).
package actor WordAgreement {
    /// Seconds from one look at the store to the next: while waiting, at first and at most; afterwards.
    private static let waits = 0.05...1.0
    private static let keepingInterval = 5.0

    private let thread = OwnThread()
    private let store: any CountStore
    private let key: UInt64
    private let shard: Int
    private let shards: Int
    private let corpusDocuments: Int
    /// What this shard counted, packed, by parts.
    private let own: [[UInt8]]
    private let logger: Logger
    private let stop: @Sendable () -> Bool
    private let maxOutage: Double?
    private let born = ContinuousClock.now

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - key: `CorpusDraft.countsKey`.
    ///   - frequencies: of the words of this shard.
    ///   - stop: whether to wait no longer.
    package init(
        store: any CountStore, key: UInt64, frequencies: WordFrequencies, shard: Int, shards: Int, maxOutage: Double?,
        logger: Logger, stop: @escaping @Sendable () -> Bool
    ) {
        self.store = store
        self.key = key
        self.shard = shard
        self.shards = shards
        self.maxOutage = maxOutage
        self.logger = logger
        self.stop = stop
        corpusDocuments = frequencies.corpusDocuments
        var parts = Array(repeating: WordCounts(), count: WordCounts.parts)
        for word in 0..<frequencies.words.count {
            parts[WordCounts.part(ofHash: frequencies.hash(word))].words.append(
                .init(
                    bytes: frequencies.words.word(word), tokens: frequencies.tokens[word],
                    documents: frequencies.documents[word]))
        }
        own = parts.map { $0.packed() }
    }

    /// The frequencies of all shards together, once all have published theirs; nil if it was told to stop before.
    /// Law: they are those of one process that reads the whole corpus. Throws `CountStoreError`, `OutageError`.
    package func total() async throws -> WordFrequencies? {
        var total = WordFrequencies(corpusDocuments: corpusDocuments)
        for part in own.indices { try await publish(part) }
        for part in own.indices {
            guard let counts = try await collect(part) else { return nil }
            for words in counts {
                for word in words.words { total.add(word.bytes, tokens: word.tokens, documents: word.documents) }
            }
        }
        return total
    }

    /// Puts back what the store has lost of this shard's counts, for shards that come later or again, until the task is
    /// cancelled. A store that does not answer is asked again.
    package func keepPublished() async {
        while true {
            do { try await Task.sleep(for: .seconds(Self.keepingInterval)) } catch { return }
            for part in own.indices {
                guard !Task.isCancelled, let stored = try? store.wordCounts(part: part, key: key) else { break }
                if stored[shard] == own[part] { continue }
                try? store.publish(wordCounts: own[part], part: part, ofShard: shard, key: key)
            }
        }
    }

    /// Part `part` of every shard's counts, by shard; nil if it was told to stop.
    private func collect(_ part: Int) async throws -> [WordCounts]? {
        var wait = Self.waits.lowerBound
        var spoken: ContinuousClock.Instant?
        while true {
            let stored = try await persistently { [store, key] () throws(CountStoreError) in
                try store.wordCounts(part: part, key: key)
            }
            let counts = (0..<shards).map { stored[$0].flatMap(WordCounts.init(packed:)) }
            let missing = counts.indices.filter { counts[$0] == nil }
            if missing.isEmpty { return counts.compactMap(\.self) }
            if missing.contains(shard) { try await publish(part) }
            if stop() { return nil }
            if spoken.map({ $0.duration(to: .now) >= .seconds(60) }) ?? true {
                spoken = .now
                logger.info(
                    "waiting for the words of other shards, which are to be started with the same documents and flags",
                    metadata: ["shards": "\(missing.map(String.init).joined(separator: ","))"])
            }
            try await Task.sleep(for: .seconds(wait))
            wait = min(wait * 2, Self.waits.upperBound)
        }
    }

    private func publish(_ part: Int) async throws {
        let bytes = own[part]
        try await persistently { [store, key, shard] () throws(CountStoreError) in
            try store.publish(wordCounts: bytes, part: part, ofShard: shard, key: key)
        }
    }

    /// Tries again while the store does not answer.
    private func persistently<Answer: Sendable>(
        _ body: @Sendable () throws(CountStoreError) -> Answer
    ) async throws -> Answer {
        var retry = RetryPolicy(maxOutage: maxOutage)
        while true {
            do throws(CountStoreError) { return try body() } catch {
                guard case .unavailable(let reason) = error else { throw error }
                let decision = retry.failed(now: born.secondsSince, jitter: .random(in: 0..<1))
                guard let wait = decision.wait else { throw OutageError(seconds: decision.outage, reason: reason) }
                if decision.speaks { logger.warning("waiting for the store: \(reason)") }
                try await Task.sleep(for: .seconds(wait))
            }
        }
    }
}
