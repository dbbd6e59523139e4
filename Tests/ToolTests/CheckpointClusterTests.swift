import Foundation
import TestSupport
import Testing

@Suite("A cluster whose shards have checkpoints", .serialized)
struct CheckpointClusterTests {
    private static let every = 3

    private func flags(_ cluster: TestCluster) -> [String] {
        ["--checkpoint", cluster.folder("checkpoints"), "--checkpoint_every=\(Self.every)", TestCluster.endless]
    }

    /// Waits until `process`, which is shard `number`, has reported a sweep, and checks from which sweep it continued;
    /// `told` sweeps had been reported when it was started. Returns the seconds that this took.
    @discardableResult
    private func expectResumed(
        _ process: RunningTool, _ number: Int, told: Int, in cluster: TestCluster
    ) async throws -> Double {
        let began = ContinuousClock.now
        try await process.until("a sweep of shard \(number)") {
            (try? cluster.record(of: number)["pid"] as? Int) == Int(process.identifier)
        }
        let resumed = try #require(try cluster.record(of: number)["resumed_sweep"] as? Int)
        #expect(resumed <= told && told - resumed <= Self.every, "shard \(number): \(resumed) of \(told)")
        return began.duration(to: .now) / .seconds(1)
    }

    @Test("A shard that is killed at any moment continues from its checkpoint, and every total is exact")
    func oneDies() async throws {
        var trial = FaultTrial("killed-shard", runs: 4)
        var slowest = 0.0
        let cluster = try TestCluster(shards: 3)
        let listener = try cluster.startListener()
        var shards = try cluster.startAll(flags(cluster))
        for number in 0..<3 { try await cluster.sweep(of: number, by: shards[number]) }
        while trial.next() {
            let number = Int.random(in: 0..<3, using: &trial.random)
            try await trial.pause(upTo: 0.3)
            shards[number].send(SIGKILL)
            #expect(try await shards[number].outcome().status == 128 + SIGKILL)
            let told = try cluster.sweeps(of: number)
            shards[number] = try cluster.start(number, flags(cluster))
            slowest = max(slowest, try await expectResumed(shards[number], number, told: told, in: cluster))
        }
        try await cluster.dumps(1, by: listener)
        try await (shards + [listener]).stop()
        let dumps = try cluster.expectExactDumps()
        let seconds = slowest.formatted(.number.precision(.fractionLength(2)))
        trial.report("the slowest continued after \(seconds) s", "\(dumps) dumps, all exact")
    }

    @Test("Shards that are all killed at once continue from their checkpoints", arguments: [false, true])
    func allDie(losesStore: Bool) async throws {
        var trial = FaultTrial(losesStore ? "killed-shards, and Redis" : "killed-shards", runs: 2)
        let cluster = try TestCluster(shards: 3)
        let listener = try cluster.startListener()
        var shards = try cluster.startAll(flags(cluster))
        for number in 0..<3 { try await cluster.sweep(of: number, by: shards[number]) }
        while trial.next() {
            try await trial.pause(upTo: 0.3)
            for shard in shards { shard.send(SIGKILL) }
            for shard in shards { #expect(try await shard.outcome().status == 128 + SIGKILL) }
            let told = try (0..<3).map { try cluster.sweeps(of: $0) }
            if losesStore { try cluster.server.restart() }
            shards = try cluster.startAll(flags(cluster))
            for number in 0..<3 {
                try await expectResumed(shards[number], number, told: told[number], in: cluster)
            }
        }
        try await cluster.dumps(1, by: listener)
        try await (shards + [listener]).stop()
        trial.report("\(try cluster.expectExactDumps()) dumps, all exact")
    }

    @Test("Shards that have finished are not refused; they report it, and continue if they are given more sweeps")
    func finished() async throws {
        let cluster = try TestCluster(shards: 2)
        func run(_ iterations: Int) async throws -> [BuiltTool.Outcome] {
            let flags = ["--checkpoint", cluster.folder("checkpoints"), "--iterations=\(iterations)"]
            let shards = try cluster.startAll(flags)
            var outcomes: [BuiltTool.Outcome] = []
            for shard in shards { outcomes.append(try await shard.outcome()) }
            return outcomes
        }
        for (iterations, sentence) in [
            (5, "training"), (5, "finished already"), (9, "going on from the checkpoint"), (9, "finished already"),
        ] {
            for outcome in try await run(iterations) {
                #expect(outcome.status == 0 && outcome.error.contains(sentence), "\(outcome.error)")
            }
        }
        let without = try await cluster.run(0, ["--iterations=9"])
        #expect(without.status == 78)
        try await [try cluster.startListener()].succeed()
        try cluster.expectExactDumps()
    }
}
