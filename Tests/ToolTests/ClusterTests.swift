import Foundation
import TestSupport
import Testing

/// The suites of clusters run one test after another: each test is several busy processes.
@Suite("A cluster on a real Redis server", .serialized)
struct ClusterTests {
    @Test("Four shards by the original's command line: every dump taken while they run holds every token once")
    func fourShards() async throws {
        let cluster = try TestCluster(shards: 4)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll(["--cores=2", "--sync_every=1", "--iterations=200"])
        for shard in shards { #expect(try await shard.outcome().status == 0) }
        #expect(try await listener.outcome().status == 0)
        try cluster.expectExactDumps()
        let notes = try cluster.notes()
        #expect(notes.count > 2)
        #expect(notes.last?["sweeps"] as? [Int] == [200, 200, 200, 200])
        for number in 0..<4 {
            #expect(try cluster.record(of: number)["state"] as? String == "finished")
            #expect(try cluster.record(of: number)["sweeps"] as? Int == 200)
            #expect(try cluster.sweeps(of: number) == 200)
        }
        #expect(
            try (0..<4).reduce(0) { $0 + (try #require(cluster.record(of: $1)["tokens"] as? Int)) }
                == cluster.corpus.tokens)
    }

    @Test("The keys of a run are those of the schema, and there are no others")
    func keys() async throws {
        let cluster = try TestCluster(shards: 2)
        for shard in try cluster.startAll(["--iterations=3"]) { #expect(try await shard.outcome().status == 0) }
        #expect(Set(try cluster.store().keys) == cluster.keys)
        func fields(_ key: String) throws -> Set<Substring> {
            Set(try cluster.server.command("HKEYS", key).split(separator: "\n"))
        }
        #expect(
            try fields("dlda:{data}:run") == [
                "id", "format", "document", "topics", "alpha", "beta", "seed", "blocks", "shards", "cores", "corpus",
                "documents",
            ])
        #expect(try fields("dlda:{data}:shards") == ["0", "1", "g/0", "g/1", "h/0", "h/1"])
        for block in 0..<4 {
            #expect(try fields("dlda:{data/\(block)}") == ["v", "n", "c/0", "c/1", "t/0", "t/1", "words", "w"])
        }
        for shard in 0..<2 { #expect(try fields("dlda:{data/d/\(shard)}") == ["g"]) }
    }

    @Test("With --publish-documents the dump holds every document's tokens once")
    func documents() async throws {
        let cluster = try TestCluster(shards: 2)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll(["--iterations=20", "--publish_documents"])
        for shard in shards { #expect(try await shard.outcome().status == 0) }
        #expect(try await listener.outcome().status == 0)
        try cluster.expectExactDumps()
        let name = try #require(try cluster.notes().last?["file"] as? String)
        #expect(try ModelDump(path: "\(cluster.output)/\(name)").documentTotals == cluster.corpus.documentTotals)
    }

    @Test("A shard that has finished stays until the others have")
    func stays() async throws {
        let cluster = try TestCluster(shards: 2)
        let first = try cluster.start(0, ["--iterations=3"])
        try await first.until("its last sweep") { try cluster.state(of: 0) == "finished" }
        let second = try cluster.start(1, ["--iterations=100"])
        try await cluster.sweep(of: 1, by: second)
        #expect(first.isRunning)
        #expect(try await second.outcome().status == 0)
        #expect(try await first.outcome().status == 0)
    }

    @Test("With --leave it goes at once, and its tokens stay")
    func leaves() async throws {
        let cluster = try TestCluster(shards: 2)
        #expect(try await cluster.run(0, ["--iterations=3", "--leave"]).status == 0)
        #expect(try cluster.state(of: 0) == "finished")
        let listener = try cluster.startListener()
        #expect(try await cluster.run(1, ["--iterations=3"]).status == 0)
        #expect(try await listener.outcome().status == 0)
        try cluster.expectExactDumps()
    }

    @Test("A shard that is asked to end says so, and the same command goes on with the run")
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
        #expect(try await other.outcome().status == 0)
        #expect(try await listener.outcome().status == 0)
        #expect(try cluster.record(of: 1)["state"] as? String == "finished")
        try cluster.expectExactDumps()
    }
}
