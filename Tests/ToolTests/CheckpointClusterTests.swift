import Foundation
import TestSupport
import Testing

@Suite("A cluster whose shards have checkpoints", .serialized)
struct CheckpointClusterTests {
    /// How often something dies; `DIST_LDA_DEATHS=200` for the long count.
    private static let deaths = ProcessInfo.processInfo.environment["DIST_LDA_DEATHS"].flatMap { Int($0) } ?? 4

    private static let every = 3

    private func flags(_ cluster: TestCluster) -> [String] {
        ["--checkpoint", cluster.folder("checkpoints"), "--checkpoint_every=\(Self.every)", TestCluster.endless]
    }

    /// Waits until `process`, which is shard `number`, has told of a sweep, and checks from which it went on: `told` had been
    /// told of when it was started.
    private func expectResumed(
        _ process: RunningTool, _ number: Int, told: Int, in cluster: TestCluster
    ) async throws {
        try await process.until("a sweep of shard \(number)") {
            (try? cluster.record(of: number)["pid"] as? Int) == Int(process.identifier)
        }
        let resumed = try #require(try cluster.record(of: number)["resumed_sweep"] as? Int)
        #expect(resumed <= told && told - resumed <= Self.every, "shard \(number): \(resumed) of \(told)")
    }

    @Test("A shard that is killed at any moment goes on from its checkpoint, and every total is exact")
    func oneDies() async throws {
        let cluster = try TestCluster(shards: 3)
        let listener = try cluster.startListener()
        var shards = try cluster.startAll(flags(cluster))
        for number in 0..<3 { try await cluster.sweep(of: number, by: shards[number]) }
        for _ in 0..<Self.deaths {
            let number = Int.random(in: 0..<3)
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0..<300)))
            shards[number].send(SIGKILL)
            #expect(try await shards[number].outcome().status == 128 + SIGKILL)
            let told = try cluster.sweeps(of: number)
            shards[number] = try cluster.start(number, flags(cluster))
            try await expectResumed(shards[number], number, told: told, in: cluster)
        }
        try await cluster.dumps(1, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
    }

    @Test("All shards killed at once go on from theirs", arguments: [false, true])
    func allDie(losesStore: Bool) async throws {
        let cluster = try TestCluster(shards: 3)
        let listener = try cluster.startListener()
        var shards = try cluster.startAll(flags(cluster))
        for number in 0..<3 { try await cluster.sweep(of: number, by: shards[number]) }
        for _ in 0..<max(1, Self.deaths / 2) {
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0..<300)))
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
        try cluster.expectExactDumps()
    }

    @Test("Shards that have finished are not refused: they say so, and go on when they are given more sweeps")
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
