import Foundation
import TestSupport
import Testing

/// The tests of a cluster suite run one after another, because each test starts several busy processes.
@Suite("A cluster on a real Redis server", .serialized)
struct ClusterTests {
    @Test("Four shards with the original's command line: every dump taken during the run holds every token once")
    func fourShards() async throws {
        let cluster = try TestCluster(shards: 4)
        let listener = try cluster.startListener()
        let flags = ["--cores=2", "--sync_every=1"]
        let endless = try cluster.startAll(flags + [TestCluster.endless])
        try await cluster.dumps(3, by: listener)
        try await endless.stop()

        try await cluster.startAll(flags + ["--iterations=20"]).succeed()
        try await [listener].succeed()
        try cluster.expectExactDumps()
        #expect(try cluster.notes().last?["sweeps"] as? [Int] == [20, 20, 20, 20])
        let records = try (0..<4).map { try cluster.record(of: $0) }
        #expect(records.allSatisfy { $0["state"] as? String == "finished" && $0["sweeps"] as? Int == 20 })
        #expect(records.compactMap { $0["tokens"] as? Int }.reduce(0, +) == cluster.corpus.tokens)
    }

    @Test("A run has exactly the keys of the schema")
    func keys() async throws {
        let cluster = try TestCluster(shards: 2)
        try await cluster.startAll(["--iterations=3"]).succeed()
        #expect(Set(try cluster.store().keys) == cluster.keys)
        func fields(_ key: String) throws -> Set<Substring> {
            Set(try cluster.server.command("HKEYS", key).split(separator: "\n"))
        }
        #expect(
            try fields("dlda:{data}:run") == [
                "id", "format", "document", "topics", "alpha", "beta", "seed", "blocks", "shards", "cores", "corpus",
                "documents", "reading", "lease", "server", "servers",
            ])
        #expect(try fields("dlda:{data}:shards") == ["0", "1", "g/0", "g/1", "h/0", "h/1"])
        for block in 0..<4 {
            #expect(try fields("dlda:{data/\(block)}") == ["v", "t/0", "t/1", "words", "w"])
        }
        for shard in 0..<2 { #expect(try fields("dlda:{data/d/\(shard)}") == ["g"]) }
    }

    @Test("With --publish-documents the dump holds every document's tokens once")
    func documents() async throws {
        let cluster = try TestCluster(shards: 2)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll(["--iterations=20", "--publish_documents"])
        try await (shards + [listener]).succeed()
        try cluster.expectExactDumps()
        let name = try #require(try cluster.notes().last?["file"] as? String)
        #expect(try ModelDump(path: "\(cluster.output)/\(name)").documentTotals == cluster.corpus.documentTotals)
    }

    @Test("A shard that has finished stays until the others have")
    func stays() async throws {
        let cluster = try TestCluster(shards: 2)
        let first = try cluster.start(0, ["--iterations=3"])
        try await first.until("its last sweep") { try cluster.state(of: 0) == "finished" }
        let second = try cluster.start(1, [TestCluster.endless])
        try await cluster.sweep(of: 1, by: second)
        try await [second].stop()
        #expect(first.isRunning)
        try await [first, cluster.start(1, ["--iterations=3"])].succeed()
    }

    @Test("A finished shard that stays can be stopped by a signal, and still counts as finished")
    func goesWhenAsked() async throws {
        let cluster = try TestCluster(shards: 2)
        let shard = try cluster.start(0, ["--iterations=3"])
        try await shard.until("its last sweep") { try cluster.state(of: 0) == "finished" }
        try await [shard].stop()
        #expect(try cluster.record(of: 0)["state"] as? String == "finished")
        #expect(try cluster.state(of: 0) == "finished")
    }

    @Test("With --leave a finished shard exits at once, and its tokens stay")
    func leaves() async throws {
        let cluster = try TestCluster(shards: 2)
        #expect(try await cluster.run(0, ["--iterations=3", "--leave"]).status == 0)
        #expect(try cluster.state(of: 0) == "finished")
        let listener = try cluster.startListener()
        #expect(try await cluster.run(1, ["--iterations=3"]).status == 0)
        try await [listener].succeed()
        try cluster.expectExactDumps()
    }

    @Test("A shard that is stopped by a signal reports it, and the same command continues the run")
    func stopAndGoOn() async throws {
        let cluster = try TestCluster(shards: 2)
        let listener = try cluster.startListener()
        let flags = ["--iterations=400"]
        let other = try cluster.start(0, flags)
        let shard = try cluster.start(1, flags)
        try await cluster.sweep(of: 1, by: shard)
        try await [shard].stop()
        #expect(try cluster.record(of: 1)["state"] as? String == "stopped")
        #expect(try cluster.state(of: 1) == "stopped")

        #expect(try await cluster.run(1, flags).status == 0)
        try await [other, listener].succeed()
        #expect(try cluster.record(of: 1)["state"] as? String == "finished")
        try cluster.expectExactDumps()
    }
}
