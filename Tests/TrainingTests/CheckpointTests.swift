import Corpus
import Counts
import Files
import Foundation
import Hashing
import LDA
import Logging
import Sampling
import Synchronization
import TestSupport
import Testing
import Training

@Suite("A chain that continues from its packed states")
struct PackedChainTests {
    @Test(
        "equals a chain that was not interrupted, bit for bit", arguments: [1, 2, 3],
        [(1, 1), (5, 6), (100, 6), (300, 4), (65536, 2)])
    func goesOn(cores: Int, shape: (topics: Int, sweeps: Int)) async throws {
        let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, cores: cores)
        let settings = GibbsChainTests.settings(cores: cores, topics: shape.topics, iterations: 50)
        var whole = await GibbsChain(corpus, settings: settings)
        var interrupted: [[PackedSlice]] = [await whole.packed()]
        for _ in 0..<shape.sweeps {
            _ = try await whole.sweep()
            interrupted.append(await whole.packed())
        }
        for sweeps in 0..<shape.sweeps {
            let states = try zip(corpus.slices, interrupted[sweeps]).map {
                try SliceState($0, topics: shape.topics, packed: $1)
            }
            var resumed = await GibbsChain(corpus, settings: settings, states: states, sweeps: sweeps)
            for next in sweeps..<shape.sweeps {
                _ = try await resumed.sweep()
                #expect(await resumed.packed() == interrupted[next + 1])
            }
            #expect(resumed.blocks == whole.blocks)
            #expect(resumed.totals == whole.totals)
        }
    }
}

@Suite("A shard with a checkpoint", .timeLimit(.minutes(2)))
struct CheckpointTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private struct Death: Error {}

    private func settings(
        cores: Int = 1, shards: Int = 1, shard: Int = 0, topics: Int = 5, iterations: Int = 12, every: Int = 3
    ) -> TrainingSettings {
        var settings = GibbsChainTests.settings(
            cores: cores, shards: shards, shard: shard, topics: topics, iterations: iterations)
        settings.anneal = 2
        settings.checkpoint = folder.path
        settings.checkpointEvery = every
        return settings
    }

    private func shard(
        _ settings: TrainingSettings, in store: InMemoryCountStore, documents: [[Int]] = TinyCorpus.twoThemes,
        stop: @escaping @Sendable () -> Bool = { false }
    ) -> ShardRun {
        let corpus = TinyCorpus.shard(
            documents, shards: settings.shards, cores: settings.cores, shard: settings.shard)
        return ShardRun(
            corpus: corpus, document: "tiny", settings: settings, store: store, logger: quiet, stop: stop)
    }

    /// Runs until `sweep` has been reported, and dies.
    private func die(
        after sweep: Int, _ settings: TrainingSettings, in store: InMemoryCountStore = InMemoryCountStore(run: "r")
    ) async {
        await #expect(throws: Death.self) {
            try await shard(settings, in: store).run { if $0.sweep == sweep { throw Death() } }
        }
    }

    /// Returns the counts in the store after a run without interruption.
    private func model(_ settings: TrainingSettings) async throws -> [[UInt8]?] {
        var settings = settings
        settings.checkpoint = nil
        let store = InMemoryCountStore(run: "r")
        _ = try await shard(settings, in: store).run { _ in }
        return model(in: store)
    }

    private func model(in store: InMemoryCountStore) -> [[UInt8]?] {
        store.records(of: 0..<16).map { $0.contributions[0] }
    }

    private var path: String { folder("shard-0.checkpoint") }

    // MARK: Continuing

    @Test(
        "ends with the same model as one that was not interrupted, and loses at most --checkpoint-every sweeps",
        arguments: [1, 2, 3], [(5, 3), (300, 1), (1, 4)])
    func resumes(cores: Int, shape: (topics: Int, every: Int)) async throws {
        let settings = settings(cores: cores, topics: shape.topics, every: shape.every)
        let expected = try await model(settings)
        for death in [1, 3, 4, 7, 12] {
            try? FileManager.default.removeItem(atPath: path)
            await die(after: death, settings)
            let store = InMemoryCountStore(run: "r")
            var sweeps: [Int] = []
            let outcome = try await shard(settings, in: store).run { sweeps.append($0.sweep) }
            let resumed = try #require(sweeps.first) - 1
            #expect(resumed <= death && death - resumed <= shape.every)
            #expect(sweeps == Array(resumed + 1...12))
            #expect(outcome.sweeps == 12 && outcome.checkpointFailure == nil)
            #expect(model(in: store) == expected)
        }
    }

    @Test("can be interrupted repeatedly")
    func manyDeaths() async throws {
        let settings = settings(cores: 2, iterations: 20, every: 1)
        let expected = try await model(settings)
        for death in 1...19 { await die(after: death, settings) }
        let store = InMemoryCountStore(run: "r")
        _ = try await shard(settings, in: store).run { _ in }
        #expect(model(in: store) == expected)
    }

    @Test("ends after its sweep when it is stopped, and continues from there", arguments: [1, 3])
    func stops(cores: Int) async throws {
        let settings = settings(cores: cores, every: 1000)
        let expected = try await model(settings)
        let stopping = Mutex(false)
        let outcome = try await shard(
            settings, in: InMemoryCountStore(run: "r"), stop: { stopping.withLock { $0 } }
        ).run { if $0.sweep == 4 { stopping.withLock { $0 = true } } }
        #expect(outcome.stopped && outcome.sweeps == 5)
        let store = InMemoryCountStore(run: "r")
        var sweeps: [Int] = []
        _ = try await shard(settings, in: store).run { sweeps.append($0.sweep) }
        #expect(sweeps == Array(6...12))
        #expect(model(in: store) == expected)
    }

    @Test("has nothing to do after it has finished, unless it is given more sweeps")
    func finished() async throws {
        let settings = settings()
        let store = InMemoryCountStore(run: "r")
        for _ in 0..<2 {
            let outcome = try await shard(settings, in: store).run { _ in }
            #expect(outcome.sweeps == 12 && !outcome.stopped)
            #expect(model(in: store) == (try await model(settings)))
            #expect(store.statuses().areFinished(shards: 1))
        }
        let more = self.settings(iterations: 17)
        let outcome = try await shard(more, in: store).run { #expect($0.sweep > 12) }
        #expect(outcome.sampledTokens == 5 * TinyCorpus.shard(TinyCorpus.twoThemes).summary.tokens)
        #expect(model(in: store) == (try await model(more)))
    }

    @Test("restores its counts exactly in a run that is still in progress")
    func rejoins() async throws {
        let store = InMemoryCountStore(run: "r")
        try await withThrowingTaskGroup(of: Void.self) { group in
            let other = shard(settings(shards: 2, shard: 1, iterations: 300), in: store)
            group.addTask { _ = try await other.run { _ in } }
            var mine = settings(shards: 2, iterations: 40)
            mine.process = Int(Int32.max)
            for death in [2, 9, 20, 33] {
                await die(after: death, mine, in: store)
                // The dead shard is at the sweep of its checkpoint, and its counts are those it stored last.
            }
            let outcome = try await shard(mine, in: store).run { #expect($0.sweep > 30) }
            #expect(outcome.sweeps == 40)
            try await group.waitForAll()
        }
        var amounts = [0, 0]
        for (block, record) in store.records(of: 0..<16).enumerated() {
            let verified = try VerifiedBlock(record, block: block, columns: 5)
            for shard in 0..<2 { amounts[shard] += try #require(verified.amounts[shard]) }
        }
        for number in 0..<2 {
            let corpus = TinyCorpus.shard(TinyCorpus.twoThemes, shards: 2, shard: number)
            #expect(amounts[number] == corpus.summary.tokens)
        }
    }

    @Test("restores its run in a store that has lost everything")
    func lostStore() async throws {
        let before = InMemoryCountStore(run: "r")
        await die(after: 5, settings(), in: before)
        let after = InMemoryCountStore(run: "r")
        _ = try await shard(settings(), in: after).run { _ in }
        #expect(after.manifest()?.id == before.manifest()?.id)
    }

    @Test("starts from the beginning with --fresh, even if there is a checkpoint")
    func fresh() async throws {
        var settings = settings()
        settings.fresh = true
        await die(after: 10, self.settings(topics: 7))
        for content in [nil, "rubbish"] as [String?] {
            if let content { try folder.write(content, to: "shard-0.checkpoint") }
            let store = InMemoryCountStore(run: "r")
            var sweeps: [Int] = []
            _ = try await shard(settings, in: store).run { sweeps.append($0.sweep) }
            #expect(sweeps.first == 1)
            #expect(model(in: store) == (try await model(settings)))
        }
    }

    @Test("continues with --fresh in a run in which other shards are still running")
    func freshRejoins() async throws {
        let store = InMemoryCountStore(run: "r")
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ending = Mutex(false)
            let other = shard(
                settings(shards: 2, shard: 1, iterations: 1_000_000), in: store, stop: { ending.withLock { $0 } })
            group.addTask { _ = try await other.run { _ in } }
            while store.statuses().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            var mine = settings(shards: 2)
            (mine.fresh, mine.leave, mine.process) = (true, true, Int(Int32.max))
            await die(after: 8, mine, in: store)
            _ = try await shard(mine, in: store).run { #expect($0.sweep > 5) }
            ending.withLock { $0 = true }
            try await group.waitForAll()
        }
    }

    // MARK: Refusals

    @Test("refuses a checkpoint that belongs to something else, with both values, and changes nothing")
    func mismatch() async throws {
        await die(after: 4, settings())
        let before = try folder.contents(of: "shard-0.checkpoint")
        func expectRefusal(
            _ setting: String, _ stored: String, _ given: String, run: String = "r",
            documents: [[Int]] = TinyCorpus.twoThemes, _ change: (inout TrainingSettings) -> Void = { _ in }
        ) async throws {
            var settings = settings()
            change(&settings)
            let store = InMemoryCountStore(run: run)
            let difference = RunManifest.Difference(setting: setting, stored: stored, given: given)
            await #expect(throws: CheckpointError.mismatch(path: path, differences: [difference])) {
                try await shard(settings, in: store, documents: documents).run { _ in }
            }
            #expect(store.manifest() == nil && store.statuses().isEmpty)
            #expect(try folder.contents(of: "shard-0.checkpoint") == before)
        }
        func priors(_ topics: Int, _ alpha: Double, _ beta: Double) -> Priors {
            Priors(topics: topics, alpha: alpha, beta: beta)
        }
        try await expectRefusal("--topics", "5", "6") { $0.priors = priors(6, 0.1, 0.01) }
        try await expectRefusal("--alpha", "0.1", "0.2") { $0.priors = priors(5, 0.2, 0.01) }
        try await expectRefusal("--beta", "0.01", "0.02") { $0.priors = priors(5, 0.1, 0.02) }
        try await expectRefusal("--seed", "1", "2") { $0.seed = 2 }
        try await expectRefusal("--cores", "1", "2") { $0.cores = 2 }
        try await expectRefusal("--shards", "1", "2") { $0.shards = 2 }
        try await expectRefusal("--run", "r", "other", run: "other")
        try await expectRefusal("the corpus (documents)", "25", "26", documents: TinyCorpus.twoThemes + [[1]])
    }

    @Test("refuses its checkpoint if the same documents were read differently")
    func otherTokens() async throws {
        await die(after: 4, settings())
        var documents = TinyCorpus.twoThemes
        documents[3].swapAt(0, 1)
        documents[3][0] = (documents[3][0] + 1) % 12
        let refusal = await #expect(throws: CheckpointError.self) {
            try await shard(settings(), in: InMemoryCountStore(run: "r"), documents: documents).run { _ in }
        }
        guard case .mismatch(_, let differences)? = refusal else { throw try #require(refusal) }
        #expect(differences.count == 1 && differences[0].setting.contains("XXH64"))
    }

    @Test("describes each error in one sentence")
    func sentences() {
        let differences = [
            RunManifest.Difference(setting: "--run", stored: "a", given: "b"),
            RunManifest.Difference(setting: "--topics", stored: "5", given: "6"),
        ]
        #expect(
            "\(CheckpointError.mismatch(path: "d/shard-0.checkpoint", differences: differences))"
                == "the checkpoint d/shard-0.checkpoint has --run a where this shard has b, --topics 5 where "
                + "this shard has 6: give the same documents and settings to continue from it, or name another "
                + "folder with --checkpoint")
        #expect(
            "\(CheckpointError.damaged(path: "d/x", byte: 17, reason: "it is truncated"))"
                == "d/x:17: the checkpoint is damaged (it is truncated): restore the file, or remove it to start this "
                + "shard from the beginning")
        #expect(
            "\(CheckpointError.otherFormat(path: "d/x", format: 2))"
                == "d/x is a checkpoint in format 2, but this program reads format 1: use the version that wrote it, "
                + "or remove it to start this shard from the beginning")
        #expect(
            "\(CheckpointError.cannotRead(path: "d/x", errno: EIO))"
                == "cannot read the checkpoint d/x (Input/output error): check the disk and its permissions")
    }

    @Test("keeps the checkpoint of a later process, and ends")
    func superseded() async throws {
        let settings = settings(iterations: 1000, every: 1)
        let store = InMemoryCountStore(run: "r")
        // Another process, which is not recorded in this process's store.
        let other = CheckpointHeader(
            run: "r",
            manifest: RunManifest(
                document: "d", topics: 1, alpha: 1, beta: 1, seed: 1, blocks: 1, shards: 1, cores: 1, corpusDigest: 1,
                documents: 1),
            shard: 0, slices: 0, sweep: 9, generation: Generation(1 << 53))
        var later: [UInt8] = []
        await #expect(throws: CountStoreError.superseded(shard: 0)) {
            try await shard(settings, in: store).run { report in
                guard report.sweep == 3 else { return }
                try CheckpointFile(folder: folder.path, shard: 0).write(other, [])
                later = try folder.contents(of: "shard-0.checkpoint")
            }
        }
        #expect(try folder.contents(of: "shard-0.checkpoint") == later)
    }

    // MARK: The disk

    @Test(
        "continues sampling while the disk fails, and reports at the end whether the last checkpoint was written",
        arguments: [true, false])
    func failingDisk(recovers: Bool) async throws {
        var settings = settings(every: 1)
        let inside = folder("inside")
        settings.checkpoint = inside
        func make() throws {
            try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: false)
        }
        try make()
        let outcome = try await shard(settings, in: InMemoryCountStore(run: "r")).run { report in
            if report.sweep == 4 { try FileManager.default.moveItem(atPath: inside, toPath: folder("away")) }
            if report.sweep == 9, recovers { try make() }
        }
        #expect(outcome.sweeps == 12)
        let file = "\(inside)/shard-0.checkpoint"
        if recovers {
            #expect(outcome.checkpointFailure == nil)
            #expect(FileManager.default.fileExists(atPath: file))
        } else {
            #expect(outcome.checkpointFailure == FileError(.create, file, errno: ENOENT, option: "--checkpoint"))
            #expect(FileManager.default.fileExists(atPath: folder("away/shard-0.checkpoint")))
        }
    }
}
