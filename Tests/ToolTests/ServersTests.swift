import CommandLineTools
import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("A run on several Redis servers, and on a Redis Cluster", .serialized)
struct ServersTests {
    private func threeServers(shards: Int = 2) throws -> TestCluster {
        let servers = try (0..<3).map { _ in try RedisServer() }
        return try TestCluster(
            shards: shards, on: servers, address: servers.map(\.address).joined(separator: ","))
    }

    /// Checks the ledger's law in every block, and the sum of every word.
    private func expectExactLedger(_ cluster: TestCluster, blocks: Int) throws {
        let store = RedisCountStore(run: try RunName("data"), at: try RedisServers(parsing: cluster.address))
        var totals: [String: Int] = [:]
        for (number, record) in try store.records(of: 0..<blocks).enumerated() {
            let block = try VerifiedBlock(record, block: number, columns: 4)
            for (row, word) in block.words.words.enumerated() {
                let sum = block.total.amounts[block.total.range(of: row)].reduce(0) { $0 + Int($1) }
                totals[String(decoding: word, as: UTF8.self), default: 0] += sum
            }
        }
        #expect(totals.filter { $0.value > 0 } == cluster.corpus.wordTotals)
    }

    @Test("With three servers, every dump holds every token once, and each server holds a part of the blocks")
    func severalServers() async throws {
        let cluster = try threeServers(shards: 3)
        let listener = try cluster.startListener()
        let endless = try cluster.startAll([TestCluster.endless, "--publish-documents"])
        try await cluster.dumps(3, by: listener)
        try await endless.stop()
        try await cluster.startAll(["--iterations=20", "--publish-documents"]).succeed()
        try await [listener].succeed()
        try cluster.expectExactDumps()
        try expectExactLedger(cluster, blocks: 4)
        let name = try #require(try cluster.notes().last?["file"] as? String)
        #expect(try ModelDump(path: "\(cluster.output)/\(name)").documentTotals == cluster.corpus.documentTotals)
        for (number, server) in cluster.servers.enumerated() {
            let keys = Set(try server.command("KEYS", "*").split(separator: "\n").map(String.init))
            #expect(keys.isSuperset(of: ["dlda:{data}:run", "dlda:{data/\(number)}", "dlda:{data/d/\(number)}"]))
        }
    }

    @Test("If one of three servers loses its data, the shards restore it", arguments: 0..<3)
    func lostServer(number: Int) async throws {
        let cluster = try threeServers()
        let listener = try cluster.startListener()
        let shards = try cluster.startAll([TestCluster.endless])
        try await cluster.dumps(2, by: listener)
        try cluster.servers[number].restart()
        try await cluster.dumps(3, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
    }

    @Test("A shard, the listener and the store commands refuse a different list of servers and name both lists")
    func otherList() async throws {
        let cluster = try threeServers()
        let first = try cluster.start(0, [TestCluster.endless])
        try await cluster.sweep(of: 0, by: first)
        let addresses = cluster.servers.map(\.address)
        for list in [[1, 0, 2], [0, 1], [2]] {
            let other = list.map { addresses[$0] }.joined(separator: ",")
            let place = list.indices.first { list[$0] != $0 || list.count != 3 } ?? 0
            let sentence =
                "run data is kept by \(cluster.address), where Redis at \(addresses[list[place]]) is number "
                + "\(list[place] + 1) of 3, but --redis names \(other), where it is number \(place + 1) of "
                + "\(list.count): "
                + "give every process of a run the same servers in the same order, or name another run with --run"
            let shard = try await cluster.run(1, [TestCluster.endless, "--redis=\(other)"])
            #expect(shard.status == 78 && shard.lastLine == "dist-lda-shard: \(sentence)")
            let listener = try await BuiltTool.listener.run("--redis", other, "--output", cluster.output)
            #expect(listener.status == 78 && listener.lastLine == "dist-lda-listener: \(sentence)")
            for command in ["status", "flush"] {
                let outcome = try await BuiltTool.main.run("store", command, "--run=data", "--redis", other)
                #expect(outcome == .init(status: 78, output: "", error: "dist-lda: \(sentence)\n"))
            }
        }
        try await cluster.sweep(of: 0, by: first)
        try await [first].stop()
    }

    @Test("The store commands work on several servers and on a cluster", arguments: [true, false])
    func store(isCluster: Bool) async throws {
        let redis = isCluster ? try RedisCluster() : nil
        let servers = try redis?.nodes ?? (0..<3).map { _ in try RedisServer() }
        let address = redis?.address() ?? servers.map(\.address).joined(separator: ",")
        for run in ["a", "b"] {
            let store = RedisCountStore(run: try RunName(run), at: try RedisServers(parsing: address))
            try FilledLedger(in: store, document: "\(run).txt", blocks: 12).put([("ape", [2, 1])], state: .finished)
        }
        func main(_ words: String...) async throws -> BuiltTool.Outcome {
            try await BuiltTool.main.run(["store"] + words + ["--redis", address])
        }
        func runs() async throws -> [Substring] {
            try await main("status").output.split(separator: "\n").dropFirst().compactMap {
                $0.split(separator: " ").last
            }
        }
        #expect(try await runs() == ["a.txt", "b.txt"])
        let status = try await main("status", "--run=a").output
        #expect(status.contains("blocks 12 of 12") && status.contains("finished"))
        #expect(try await main("audit", "--run=a").status == 0)
        #expect(
            try await main("flush", "--run=a").output
                == "removed run a (shards: 1, topics: 2, blocks: 12) from Redis at \(address)\n")
        #expect(try await runs() == ["b.txt"])
        #expect(try await main("flush", "--run=b").status == 0)
        for server in servers { #expect(try server.command("DBSIZE") == "0") }
    }

    @Test("Moving 50 slots with blocks between the nodes of a cluster does not affect a run")
    func resharding() async throws {
        var trial = FaultTrial("moved-slots", runs: 1)
        let redis = try RedisCluster()
        let cluster = try TestCluster(shards: 3, on: redis.nodes, address: redis.address(1))
        let listener = try cluster.startListener()
        let shards = try cluster.startAll([TestCluster.endless, "--blocks=64"])
        try await cluster.dumps(2, by: listener)
        let keys = (0..<49).map { "dlda:{data/\($0)}" } + ["dlda:{data}:run"]
        #expect(try redis.nodes.map { Int(try $0.command("DBSIZE")) ?? 0 }.reduce(0, +) > 64, "no block is missing")
        while trial.next() {
            for slot in try keys.map(redis.slot) {
                let source = try redis.owner(ofSlot: slot)
                let target = (source + 1) % 3
                try redis.beginMove(slot: slot, from: source, to: target)
                try redis.endMove(slot: slot, from: source, to: target)
            }
            try await cluster.dumps(2, by: listener)
        }
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
        try expectExactLedger(cluster, blocks: 64)
        for process in shards + [listener] {
            #expect(!process.error.contains("warning") && !process.error.contains("error"), "\(process.error)")
        }
        trial.report("50 slots each", "\(try cluster.notes().count) dumps, all exact")
    }

    @Test("If a cluster loses a node, the tools wait, and the data is complete again after the node returns empty")
    func lostNode() async throws {
        let redis = try RedisCluster()
        let cluster = try TestCluster(shards: 2, on: redis.nodes, address: redis.nodes[1].address)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll([TestCluster.endless, "--blocks=16"])
        try await cluster.dumps(2, by: listener)
        let lost = try redis.owner(ofSlot: redis.slot(of: "dlda:{data}:run"))
        redis.nodes[lost].kill()
        for shard in shards {
            try await shard.until("a message about the outage") { shard.error.contains("waiting for Redis at") }
        }
        try await cluster.sweep(of: 0, by: shards[0])
        try redis.nodes[lost].start()
        for shard in shards {
            try await shard.until("a message about its end") { shard.error.contains("the store answers again") }
        }
        try await cluster.dumps(3, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
        try expectExactLedger(cluster, blocks: 16)
    }

    @Test(
        "A list with the database of a cluster or with an empty entry is a usage error",
        arguments: [
            ["--redis=cluster:a", "--redis-db=1"], ["--redis=a,"], ["--redis=a,b,a"],
        ])
    func usage(flags: [String]) async throws {
        let outcome = try await BuiltTool.main.run(["store", "status"] + flags)
        #expect(outcome.status == 64)
    }
}
