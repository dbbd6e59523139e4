package import Corpus
package import Counts
package import Logging
import Platform

/// Computes the word frequencies of all shards through the store, so that every shard makes the same decision on which
/// words are kept.
///
/// Each shard publishes its own counts and adds up the counts of all shards. The published counts depend only on the
/// corpus, on how it is read and on the shard's number. So a shard that is restarted publishes the same counts, and its
/// processes need not be distinguished or fenced. Counts that the store has lost are published again: immediately by a
/// shard that is waiting, and at regular intervals by the others (`keepPublished`).
package actor WordAgreement {
    /// The seconds between two reads while waiting: at first, and at most.
    private static let waits = 0.05...1.0
    /// The seconds between two reads afterwards.
    private static let keepingInterval = 5.0

    private let thread = OwnThread()
    private let store: any CountStore
    private let key: UInt64
    private let shard: Int
    private let shards: Int
    private let corpusDocuments: Int
    /// This shard's packed counts, by part.
    private let own: [[UInt8]]
    private let logger: Logger
    private let retry: StoreRetry

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - key: `CorpusDraft.countsKey`.
    ///   - frequencies: the word frequencies of this shard.
    package init(
        store: any CountStore, key: UInt64, frequencies: WordFrequencies, shard: Int, shards: Int, maxOutage: Double?,
        logger: Logger
    ) {
        self.store = store
        self.key = key
        self.shard = shard
        self.shards = shards
        self.logger = logger
        retry = StoreRetry(maxOutage: maxOutage) { event in
            if case .waiting(let reason, _, isDue: true) = event { logger.warning("waiting for the store: \(reason)") }
        }
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

    /// Returns the sum of the frequencies of all shards, after all of them have published theirs. The result equals
    /// that of a single process that reads the whole corpus. Throws `CountStoreError` or `OutageError`.
    package func total() async throws -> WordFrequencies {
        var total = WordFrequencies(corpusDocuments: corpusDocuments)
        for part in own.indices { try await publish(part) }
        for part in own.indices {
            for words in try await collect(part) {
                for word in words.words { total.add(word.bytes, tokens: word.tokens, documents: word.documents) }
            }
        }
        return total
    }

    /// Publishes this shard's counts again if the store has lost them, for shards that start later or are restarted,
    /// until the task is cancelled. If the store does not answer, tries again at the next interval.
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

    /// Waits for part `part` of every shard's counts and returns them by shard.
    private func collect(_ part: Int) async throws -> [WordCounts] {
        var wait = Self.waits.lowerBound
        var spoken: ContinuousClock.Instant?
        while true {
            let stored = try await retry.persistently { [store, key] () throws(CountStoreError) in
                try store.wordCounts(part: part, key: key)
            }
            let counts = (0..<shards).map { stored[$0].flatMap(WordCounts.init(packed:)) }
            let missing = counts.indices.filter { counts[$0] == nil }
            if missing.isEmpty { return counts.compactMap(\.self) }
            if missing.contains(shard) { try await publish(part) }
            if spoken.map({ $0.duration(to: .now) >= .seconds(60) }) ?? true {
                spoken = .now
                logger.info(
                    "waiting for the word counts of other shards: start them with the same documents and flags",
                    metadata: ["shards": "\(missing.map(String.init).joined(separator: ","))"])
            }
            try await Task.sleep(for: .seconds(wait))
            wait = min(wait * 2, Self.waits.upperBound)
        }
    }

    private func publish(_ part: Int) async throws {
        let bytes = own[part]
        try await retry.persistently { [store, key, shard] () throws(CountStoreError) in
            try store.publish(wordCounts: bytes, part: part, ofShard: shard, key: key)
        }
    }
}
