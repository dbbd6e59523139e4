import Counts
import TestSupport
import Testing

@Suite("admission to a run")
struct RunAdmissionTests {
    private static let stored = RunManifest(
        id: 77, document: "d", topics: 5, alpha: 0.1, beta: 0.01, seed: 1, blocks: 2, shards: 2, cores: 1,
        corpusDigest: 9,
        documents: 10)

    private static let other = RunManifest(
        id: 78, document: "d", topics: 6, alpha: 0.2, beta: 0.01, seed: 1, blocks: 2, shards: 2, cores: 1,
        corpusDigest: 10, documents: 10)

    private func status(_ shard: Int, _ state: ShardProgress.State, silence: Double = 1) -> ShardStatus {
        let progress = ShardProgress(
            shard: shard, state: state, iterations: 10, documents: 5, tokens: 50, host: "h", process: 1)
        return ShardStatus(progress: progress, generation: Generation(1), silence: silence)
    }

    private func decide(
        _ statuses: [ShardStatus], stored: RunManifest? = stored, given: RunManifest = stored, fresh: Bool = false,
        checkpoint: UInt64? = nil
    ) -> RunAdmission {
        .decide(
            run: "r", stored: stored, statuses: statuses, given: given, shard: 0,
            deadAfter: RunAdmission.defaultDeadAfter, fresh: fresh, checkpoint: checkpoint)
    }

    private var finished: [ShardStatus] { [status(0, .finished), status(1, .finished)] }

    @Test("a run that does not exist is created")
    func absent() {
        #expect(decide([], stored: nil) == .create(replacing: nil))
        #expect(decide([], stored: nil, fresh: true) == .create(replacing: nil))
        #expect(decide(finished, stored: nil) == .create(replacing: nil))
    }

    @Test("a shard with the same settings joins a run that is in progress, stopped or dead")
    func join() {
        for statuses in [
            [], [status(0, .sampling)], [status(0, .stopped), status(1, .sampling)],
            [status(0, .sampling, silence: 1e6)],
            [status(1, .finished)],
        ] {
            #expect(decide(statuses) == .join)
        }
    }

    @Test("other settings are refused with both values, regardless of which shards are alive")
    func mismatch() throws {
        for statuses in [[], [status(1, .sampling)], [status(0, .sampling, silence: 1e6)]] {
            guard case .refuse(.mismatch("r", let differences)) = decide(statuses, given: Self.other) else {
                Issue.record("other settings")
                continue
            }
            #expect(differences.map(\.setting) == ["--topics", "--alpha", "the corpus (XXH64 of its lines)"])
            #expect(differences.map(\.stored) == ["5", "0.1", "0000000000000009"])
            #expect(differences.map(\.given) == ["6", "0.2", "000000000000000a"])
        }
    }

    @Test("the name of the document, --dead-after and the id are not compared")
    func notCompared() throws {
        let given = try Self.stored.changing(["document": "another name", "lease": "99"], id: 1)
        #expect(decide([], given: given) == .join)
    }

    @Test("a finished run is not joined, and a finished shard is not continued")
    func finishedRun() {
        #expect(decide(finished) == .refuse(.finished(run: "r", shard: nil)))
        #expect(decide(finished, given: Self.other) == .refuse(.finished(run: "r", shard: nil)))
        #expect(decide([status(0, .finished), status(1, .sampling)]) == .refuse(.finished(run: "r", shard: 0)))
        #expect(decide([status(0, .finished)]) == .refuse(.finished(run: "r", shard: 0)))
    }

    @Test("a shard with a checkpoint of the finished run continues it, one of another run of that name does not")
    func checkpoint() {
        #expect(decide(finished, checkpoint: 77) == .join)
        #expect(decide([status(0, .finished), status(1, .sampling)], checkpoint: 77) == .join)
        #expect(decide(finished, checkpoint: 78) == .refuse(.finished(run: "r", shard: nil)))
        #expect(decide(finished, fresh: true, checkpoint: 77) == .create(replacing: 77))
        #expect(decide([], stored: nil, checkpoint: 77) == .create(replacing: nil))
        guard case .refuse(.mismatch) = decide(finished, given: Self.other, checkpoint: 77) else {
            Issue.record("other settings")
            return
        }
    }

    @Test("a removed shard may return, and no shard waits for it")
    func removed() {
        #expect(decide([status(0, .removed), status(1, .sampling)]) == .join)
        #expect(decide([status(0, .removed), status(1, .finished)]) == .join)
        #expect(decide([status(0, .removed), status(1, .removed)]) == .join)
        #expect(decide([status(0, .finished), status(1, .removed)]) == .refuse(.finished(run: "r", shard: nil)))
        #expect([status(0, .finished), status(1, .removed)].areFinished(shards: 2))
        #expect(![status(0, .sampling), status(1, .removed)].areFinished(shards: 2))
        #expect(![status(0, .removed), status(1, .removed)].areFinished(shards: 2))
        #expect(
            !status(0, .removed, silence: 0).isAlive(deadAfter: 5)
                && !status(0, .stopped, silence: 0).isAlive(deadAfter: 5))
        #expect(status(0, .finished).isAlive(deadAfter: 5) && !status(0, .sampling, silence: 5).isAlive(deadAfter: 5))
        #expect(
            status(0, .sampling, silence: 5).isSilent(deadAfter: 5)
                && !status(0, .finished, silence: 9).isSilent(deadAfter: 5))
    }

    @Test("--fresh replaces a run that has finished or is dead, and joins one that is alive")
    func fresh() {
        let replace = RunAdmission.create(replacing: 77)
        let silence = RunAdmission.defaultDeadAfter
        #expect(decide(finished, fresh: true) == replace)
        #expect(decide(finished, given: Self.other, fresh: true) == replace)
        #expect(decide([], fresh: true) == replace)
        #expect(decide([status(0, .stopped)], fresh: true) == replace)
        #expect(decide([status(1, .sampling, silence: silence)], fresh: true) == replace)
        #expect(decide([status(1, .sampling, silence: silence.nextDown)], fresh: true) == .join)
        guard case .refuse(.mismatch) = decide([status(1, .sampling)], given: Self.other, fresh: true) else {
            Issue.record("other shards are running with other settings")
            return
        }
    }
}
