import Corpus
import Counts
import Logging
import TestSupport
import Testing

@testable import Training

struct WordAgreementTests {
    private static let text = (0..<40).map { line in
        (0..<line % 7).map { "w\(($0 * line) % 11)" }.joined(separator: " ") + "\n"
    }.joined()

    let folder: TemporaryDirectory
    let path: String

    init() throws {
        folder = try TemporaryDirectory()
        path = try folder.write(Self.text, to: "text")
    }

    private var options: ReadingOptions {
        var options = ReadingOptions()
        options.rules.minDocuments = .count(4)
        options.rules.removedTop = 1
        options.rules.maxWords = 5
        return options
    }

    private func draft(_ shard: Int, of shards: Int) throws -> CorpusDraft {
        try CorpusReader.draft(
            [path], plan: SlicePlan(shards: shards, cores: 2, thisShard: shard), blocks: 3, options: options)
    }

    private func agreement(
        _ draft: inout CorpusDraft, _ shard: Int, of shards: Int, _ store: any CountStore
    ) -> WordAgreement {
        WordAgreement(
            store: store, key: draft.countsKey, frequencies: draft.frequencies(), shard: shard, shards: shards,
            maxOutage: nil, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func words(_ shard: Int, of shards: Int, _ store: any CountStore) async throws -> ShardCorpus {
        var draft = try draft(shard, of: shards)
        let total = try await agreement(&draft, shard, of: shards, store).total()
        return try draft.finished(total)
    }

    private func words(of corpora: [ShardCorpus]) -> Set<[UInt8]> {
        Set(corpora.flatMap { corpus in (0..<corpus.vocabulary.count).map { corpus.vocabulary.word($0) } })
    }

    @Test("the shards keep the same words as a single process, and count the same removals", arguments: [1, 2, 5])
    func same(_ shards: Int) async throws {
        let whole = try CorpusReader.read(
            [path], plan: SlicePlan(shards: 1, cores: 1, thisShard: 0), blocks: 3, options: options)
        let store = InMemoryCountStore(run: "r")
        let corpora = try await withThrowingTaskGroup(of: ShardCorpus.self) { group in
            for shard in 0..<shards { group.addTask { try await words(shard, of: shards, store) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(words(of: corpora) == words(of: [whole]))
        #expect(corpora.allSatisfy { $0.summary.removals == whole.summary.removals })
        #expect(corpora.reduce(0) { $0 + $1.summary.tokens } == whole.summary.tokens)
    }

    @Test("a shard that is restarted, before or after the store has lost everything, finds the same words")
    func restarts() async throws {
        let store = InMemoryCountStore(run: "r")
        async let first = words(0, of: 2, store)
        let second = try await words(1, of: 2, store)
        let expected = words(of: [try await first, second])
        let again = try await words(1, of: 2, store)
        #expect(words(of: [again]).isSubset(of: expected))
        #expect(again.summary.removals == second.summary.removals)
        #expect(store.removeRun())
        // The counts of shard 0 are not restored until it reads the store again.
        async let waiting = words(1, of: 2, store)
        var draft = try draft(0, of: 2)
        let keeper = agreement(&draft, 0, of: 2, store)
        async let _ = keeper.keepPublished()
        #expect(try await waiting.summary.removals == second.summary.removals)
    }

    @Test("a damaged value is treated like a missing one, and a shard restores its own")
    func damage() async throws {
        let store = InMemoryCountStore(run: "r")
        var draft = try draft(0, of: 1)
        store.publish(wordCounts: [1, 2, 3], part: 7, ofShard: 0, key: draft.countsKey)
        let total = try await agreement(&draft, 0, of: 1, store).total()
        #expect(total.words.count == draft.frequencies().words.count)
    }

    @Test("the key is the same for all shards, and differs for another corpus or another way to read it")
    func key() throws {
        let keys = [try draft(0, of: 2).countsKey, try draft(1, of: 2).countsKey]
        #expect(keys[0] == keys[1])
        #expect(try draft(0, of: 3).countsKey != keys[0])
        var other = options
        other.tokenizer = Tokenizer(.letters)
        let plan = SlicePlan(shards: 2, cores: 2, thisShard: 0)
        #expect(try CorpusReader.draft([path], plan: plan, blocks: 3, options: other).countsKey != keys[0])
        other = options
        other.rules.minDocuments = .count(9)
        #expect(try CorpusReader.draft([path], plan: plan, blocks: 3, options: other).countsKey == keys[0])
    }
}
