import Corpus
import Counts
import Foundation
import LDA
import Logging
import Sampling
import Synchronization
import TestSupport
import Testing
import Training

@Suite("A shard's run", .timeLimit(.minutes(2)))
struct ShardRunTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func shard(
        _ settings: TrainingSettings, in store: any CountStore, stop: @escaping @Sendable () -> Bool = { false }
    ) -> ShardRun {
        let corpus = TinyCorpus.shard(
            TinyCorpus.twoThemes, shards: settings.shards, cores: settings.cores, shard: settings.shard)
        return ShardRun(
            corpus: corpus, document: "tiny", settings: settings, store: store, logger: quiet, stop: stop)
    }

    /// Checks the ledger's invariant, and each shard's tokens over all blocks.
    private func check(_ store: InMemoryCountStore, topics: Int, shards: Int) throws {
        var amounts = [Int](repeating: 0, count: shards)
        for (block, record) in store.records(of: 0..<16).enumerated() {
            let verified = try VerifiedBlock(record, block: block, columns: topics)
            for shard in 0..<shards { amounts[shard] += try #require(verified.amounts[shard]) }
        }
        for shard in 0..<shards {
            let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, shards: shards, shard: shard)
            #expect(amounts[shard] == corpus.summary.tokens)
        }
    }

    @Test("ends with all its counts in the store, and a report of every sweep", arguments: [1, 3])
    func alone(cores: Int) async throws {
        let store = InMemoryCountStore(run: "r")
        var reports: [SweepReport] = []
        let outcome = try await shard(GibbsChainTests.settings(cores: cores), in: store).run { reports.append($0) }
        #expect(reports[0].waits.longestExchange > 0, "the first exchange is a wait")
        #expect(outcome.sweeps == 10 && !outcome.stopped)
        #expect(reports.map(\.sweep) == Array(1...10))
        #expect(reports.filter { $0.logLikelihoodPerToken != nil }.map(\.sweep) == [5, 10])
        #expect(outcome.sampledTokens == 10 * reports[0].tokens)
        try check(store, topics: 5, shards: 1)
        #expect(store.statuses().areFinished(shards: 1))
    }

    @Test("shares a store that holds every token of each shard once, and sees all of them", arguments: [2, 4])
    func together(shards: Int) async throws {
        let store = InMemoryCountStore(run: "r")
        let outcomes = try await withThrowingTaskGroup(of: ShardOutcome.self) { group in
            for number in 0..<shards {
                let run = shard(
                    GibbsChainTests.settings(shards: shards, shard: number, iterations: 30), in: store)
                group.addTask { try await run.run { _ in } }
            }
            return try await group.reduce(into: [ShardOutcome]()) { $0.append($1) }
        }
        #expect(outcomes.map(\.sweeps) == Array(repeating: 30, count: shards))
        try check(store, topics: 5, shards: shards)
    }

    @Test("stops when requested, keeps its counts in the store, and continues with the same command")
    func stops() async throws {
        let store = InMemoryCountStore(run: "r")
        let sweeps = Mutex(0)
        let settings = GibbsChainTests.settings(iterations: 1_000_000)
        let stopping = ShardRunTests.Stop()
        let outcome = try await shard(settings, in: store, stop: { stopping.isRequested }).run { _ in
            if sweeps.withLock({
                $0 += 1; return $0 == 3
            }) {
                stopping.request()
            }
        }
        #expect(outcome.stopped)
        #expect(outcome.sweeps >= 3 && outcome.sweeps <= 4)
        #expect(store.statuses()[0].progress.state == .stopped)
        try check(store, topics: 5, shards: 1)
        _ = try await shard(GibbsChainTests.settings(iterations: 2), in: store).run { _ in }
        #expect(store.statuses()[0].progress.state == .finished)
    }

    @Test("is refused by a finished run, unless it replaces the run")
    func finished() async throws {
        let store = InMemoryCountStore(run: "r")
        var settings = GibbsChainTests.settings(iterations: 2)
        _ = try await shard(settings, in: store).run { _ in }
        await #expect(throws: CountStoreError.finished(run: "r", shard: nil)) {
            try await shard(settings, in: store).run { _ in }
        }
        settings.fresh = true
        let before = store.manifest()?.id
        _ = try await shard(settings, in: store).run { _ in }
        #expect(store.manifest()?.id != before)
        try check(store, topics: 5, shards: 1)
    }

    @Test("is refused by a run with other settings, and does not change it")
    func mismatch() async throws {
        let store = InMemoryCountStore(run: "r")
        let first = GibbsChainTests.settings(shards: 2, iterations: 2)
        var leaving = first
        leaving.leave = true
        _ = try await shard(leaving, in: store).run { _ in }
        let records = store.records(of: 0..<16)
        let other = GibbsChainTests.settings(shards: 2, shard: 1, topics: 7, iterations: 2)
        let difference = RunManifest.Difference(setting: "--topics", stored: "5", given: "7")
        await #expect(throws: CountStoreError.mismatch(run: "r", differences: [difference])) {
            try await shard(other, in: store).run { _ in }
        }
        #expect(store.records(of: 0..<16) == records)
        #expect(store.statuses().count == 1)
    }

    @Test("ends when another process takes over, and the other's counts remain")
    func superseded() async throws {
        let store = InMemoryCountStore(run: "r")
        let settings = GibbsChainTests.settings(shards: 2, iterations: 1_000_000)
        let started = ShardRunTests.Stop()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CountStoreError.superseded(shard: 0)) {
                    try await shard(settings, in: store).run { _ in started.request() }
                }
            }
            while !started.isRequested { try await Task.sleep(for: .milliseconds(5)) }
            var second = GibbsChainTests.settings(shards: 2, iterations: 5)
            second.leave = true
            second.takeOver = true
            _ = try await shard(second, in: store).run { _ in }
            try await group.waitForAll()
        }
        let generation = try #require(store.statuses().first?.generation)
        #expect(store.tags(ofShard: 0, blocks: 0..<16).allSatisfy { $0?.generation == generation })
    }

    @Test("is refused while another living process owns the shard, and changes nothing")
    func occupied() async throws {
        let store = InMemoryCountStore(run: "r")
        let settings = GibbsChainTests.settings(shards: 2, iterations: 1_000_000)
        let (started, stopping) = (ShardRunTests.Stop(), ShardRunTests.Stop())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await shard(settings, in: store, stop: { stopping.isRequested }).run { _ in started.request() }
            }
            while !started.isRequested { try await Task.sleep(for: .milliseconds(5)) }
            let holder = try #require(store.statuses().first)
            let clock = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(50))
                    store.advance(seconds: 0.05)
                }
            }
            let refusal = await #expect(throws: CountStoreError.self) {
                try await shard(settings, in: store).run { _ in }
            }
            clock.cancel()
            guard case .occupied(shard: 0, _) = refusal else { throw try #require(refusal) }
            #expect(try #require(store.statuses().first).generation == holder.generation)
            stopping.request()
            try await group.waitForAll()
        }
    }

    @Test(
        "replaces a process that has ended: at once on the same machine, otherwise after a silence of --dead-after"
    )
    func vacant() async throws {
        struct Death: Error {}
        for (host, process) in [("here", Int(Int32.max)), ("there", 1)] {
            let store = InMemoryCountStore(run: "r")
            var first = GibbsChainTests.settings(shards: 2)
            (first.host, first.process) = (host, process)
            await #expect(throws: Death.self) { try await shard(first, in: store).run { _ in throw Death() } }
            #expect(store.statuses().first?.progress.state == .sampling)
            var second = GibbsChainTests.settings(shards: 2)
            second.leave = true
            let clock = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(10))
                    if host == "there" { store.advance(seconds: 0.5) }
                }
            }
            let outcome = try await shard(second, in: store).run { _ in }
            clock.cancel()
            #expect(outcome.sweeps == 10)
        }
    }

    /// A sampler that is slow.
    private struct Slow: TopicSampler {
        var sampler: WordMajorSampler
        var beta: Double

        mutating func sample(
            words: Range<Int>, block: inout BlockCounts, vocabulary: Int, totals: inout [Int], state: inout SliceState
        ) -> Int {
            usleep(500)
            return sampler.sample(
                words: words, block: &block, vocabulary: vocabulary, totals: &totals, state: &state)
        }
    }

    /// The numbers of sweeps that the shards have done.
    private final class Done: Sendable {
        private let sweeps: Mutex<[Int]>

        init(shards: Int) { sweeps = Mutex(Array(repeating: 0, count: shards)) }

        /// Returns the distance between the fastest and the slowest shard when `shard` has done `sweep`.
        func spread(after sweep: Int, of shard: Int) -> Int {
            sweeps.withLock { sweeps in
                sweeps[shard] = sweep
                return sweeps.max()! - sweeps.min()!
            }
        }
    }

    @Test("is never further ahead of the slowest than its staleness allows", arguments: [0, 2])
    func staleness(_ staleness: Int) async throws {
        let store = InMemoryCountStore(run: "r")
        let done = Done(shards: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                var settings = GibbsChainTests.settings(shards: 3, shard: number, iterations: 12)
                settings.staleness = staleness
                if number == 1 { settings.sampler = { Slow(sampler: WordMajorSampler(priors: $0), beta: $0.beta) } }
                let run = shard(settings, in: store)
                group.addTask {
                    _ = try await run.run { report in
                        #expect(done.spread(after: report.sweep, of: number) <= staleness + 1)
                        #expect(report.viewAge.mean != nil)
                    }
                }
            }
            try await group.waitForAll()
        }
        try check(store, topics: 5, shards: 3)
    }

    @Test("continues without a shard that has died, once it has been silent for --dead-after")
    func deadAfter() async throws {
        struct Death: Error {}
        let store = InMemoryCountStore(run: "r")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2 {
                var settings = GibbsChainTests.settings(shards: 2, shard: number, iterations: 8)
                (settings.staleness, settings.leave) = (0, true)
                let run = shard(settings, in: store)
                group.addTask {
                    if number == 0 {
                        #expect(try await run.run { _ in }.sweeps == 8)
                        return
                    }
                    await #expect(throws: Death.self) {
                        try await run.run { report in if report.sweep == 3 { throw Death() } }
                    }
                    try await Task.sleep(for: .milliseconds(100))
                    // The clock has not been advanced, so the other shard still waits.
                    #expect(store.statuses().first { $0.progress.shard == 0 }!.progress.sweep <= 4)
                    store.advance(seconds: settings.deadAfter + 1)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("restores what the store loses while it waits for the others")
    func putsBack() async throws {
        let store = InMemoryCountStore(run: "r")
        let stopping = ShardRunTests.Stop()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await shard(
                    GibbsChainTests.settings(shards: 2, iterations: 3), in: store, stop: { stopping.isRequested }
                ).run { _ in }
            }
            while store.statuses().first?.progress.state != .finished { try await Task.sleep(for: .milliseconds(5)) }
            let before = store.records(of: 0..<16).map { $0.contributions[0] }
            _ = store.removeRun()
            while store.records(of: 0..<16).map({ $0.contributions[0] }) != before || store.manifest() == nil {
                try await Task.sleep(for: .milliseconds(5))
            }
            stopping.request()
            try await group.waitForAll()
        }
    }

    @Test("publishes every document with its topics")
    func documents() async throws {
        let store = InMemoryCountStore(run: "r")
        var settings = GibbsChainTests.settings(cores: 2, iterations: 3)
        settings.publishDocuments = true
        _ = try await shard(settings, in: store).run { _ in }
        var lengths: [String: Int] = [:]
        for chunk in store.documents(ofShard: 0).values {
            let chunk = try #require(DocumentChunk(packed: chunk, columns: 5))
            for (name, sum) in zip(chunk.names.words, chunk.rows.rowSums) {
                lengths[String(decoding: name, as: UTF8.self)] = sum
            }
        }
        #expect(
            lengths
                == Dictionary(
                    uniqueKeysWithValues: TinyCorpus.twoThemes.enumerated().map { ("\($0 + 1)", $1.count) }))
    }

    /// A stop request, for tests.
    private final class Stop: Sendable {
        private let flag = Atomic(false)
        var isRequested: Bool { flag.load(ordering: .acquiring) }
        func request() { flag.store(true, ordering: .releasing) }
    }
}
