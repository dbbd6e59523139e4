import Foundation
import TestSupport
import Testing

/// `dist-lda store remove-shard` on a run whose shards are processes.
@Suite("A shard that is removed from its run")
struct StoreRemovalTests {
    private func store(_ arguments: String..., in cluster: TestCluster) async throws -> BuiltTool.Outcome {
        try await BuiltTool.main.run(["store"] + arguments + ["--run=data", "--redis", cluster.server.address])
    }

    /// Returns the words of shard `number` of two. Every second document belongs to one theme, which has its own words.
    private func words(ofShard number: Int, in corpus: SmallCorpus) -> [String: Int] {
        corpus.wordTotals.filter { $0.key.hasPrefix("w\(number)-") }
    }

    @Test("Removed by force while alive, it ends with 76; the totals are those of the others, which finish without it")
    func byForce() async throws {
        let cluster = try TestCluster(shards: 2)
        let others = words(ofShard: 0, in: cluster.corpus)
        let flags = ["--publish-documents"]
        let removed = try cluster.start(1, flags + [TestCluster.endless])
        try await cluster.sweep(of: 1, by: removed)
        let other = try cluster.start(0, flags + ["--iterations=3", "--no-extra-sweeps"])
        try await other.until("its last sweep") { try cluster.state(of: 0) == "finished" }

        #expect(try await store("remove-shard", "--shard=1", in: cluster).status == 75)
        #expect(removed.isRunning)
        let removal = try await store("remove-shard", "--shard=1", "--force", in: cluster)
        #expect(removal.status == 0)
        let tokens = cluster.corpus.tokens - others.values.reduce(0, +)
        #expect(removal.output == "removed shard 1 from run data: its \(tokens) tokens\n")
        #expect(try await removed.outcome().status == 76)
        #expect(try await other.outcome().status == 0, "it does not wait for the removed shard")

        let audit = try await store("audit", in: cluster)
        #expect(audit.status == 0)
        #expect(audit.output.hasPrefix("run data: \(others.values.reduce(0, +)) tokens, "))
        let listener = try cluster.startListener()
        #expect(try await listener.outcome().status == 0, "it does not wait for the removed shard")
        let dump = try ModelDump(path: try #require(try ModelDump.paths(in: cluster.output).last))
        #expect(dump.wordTotals.filter { $0.value > 0 } == others)
        #expect(try cluster.notes().last?["documents"] as? Int == 24)

        // The same command adds the shard again, and the run is complete.
        #expect(try await cluster.run(1, flags + ["--iterations=3"]).status == 0)
        #expect(try await cluster.startListener().outcome().status == 0)
        let whole = try ModelDump.paths(in: cluster.output).map { try ModelDump(path: $0).wordTotals }
        #expect(whole.contains(cluster.corpus.wordTotals))
        #expect(try await store("audit", in: cluster).output.hasPrefix("run data: \(cluster.corpus.tokens) tokens"))
    }

    @Test("Paused while it is removed, it changes nothing when it continues, and ends with 76")
    func sleeper() async throws {
        let cluster = try TestCluster(shards: 2)
        let shards = try cluster.startAll([TestCluster.endless])
        for number in 0..<2 { try await cluster.sweep(of: number, by: shards[number]) }
        shards[1].pause()
        #expect(try await store("remove-shard", "--shard=1", "--force", in: cluster).status == 0)
        shards[1].send(SIGCONT)
        #expect(try await shards[1].outcome().status == 76)
        try await cluster.sweep(of: 0, by: shards[0])
        let audit = try await store("audit", in: cluster)
        #expect(audit.status == 0)
        let tokens = words(ofShard: 0, in: cluster.corpus).values.reduce(0, +)
        #expect(audit.output.hasPrefix("run data: \(tokens) tokens, "))
        try await [shards[0]].stop()
    }
}
