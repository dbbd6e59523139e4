import Foundation
import TestSupport
import Testing

@Suite("A value in Redis that is damaged during a run", .serialized)
struct DamagedValueTests {
    /// Changes one byte, chosen by ARGV[1], of the string KEYS[1] or of the field ARGV[2] of the hash KEYS[1].
    private static let flip = """
        local field = ARGV[2] ~= ''
        local value = field and redis.call('HGET', KEYS[1], ARGV[2]) or redis.call('GET', KEYS[1])
        local place = tonumber(ARGV[1]) % #value + 1
        local byte = (value:byte(place) + 1 + tonumber(ARGV[1]) % 255) % 256
        value = value:sub(1, place - 1) .. string.char(byte) .. value:sub(place + 1)
        return field and redis.call('HSET', KEYS[1], ARGV[2], value) or redis.call('SET', KEYS[1], value)
        """

    @Test("is found by the audit before a dump can hold it, and the shards repair it")
    func damage() async throws {
        var trial = FaultTrial("damaged-value", runs: 3)
        let cluster = try TestCluster(shards: 2)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll([TestCluster.endless])
        try await cluster.dumps(1, by: listener)
        var dumps = 0
        while trial.next() {
            try await trial.pause(upTo: 0.1)
            // No shard may repair the value before the audit sees it.
            for shard in shards { shard.send(SIGSTOP) }
            #expect(try await audit(cluster) == 0)
            let words = command(&trial.random)
            try cluster.server.command(words)
            #expect(try await audit(cluster) == 65, "\(words)")
            for shard in shards { shard.send(SIGCONT) }
            try await cluster.dumps(2, by: listener)
            #expect(try await audit(cluster) == 0, "\(words)")
            dumps += try cluster.expectExactDumps(removing: true)
        }
        try await cluster.dumps(1, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
        trial.report("each found", "\(dumps) dumps, all exact")
    }

    @Test("a report of a shard that the run does not have holds neither shards nor listener")
    func foreignShard() async throws {
        let cluster = try TestCluster(shards: 2)
        let report = """
            {"shard":77,"state":"sampling","sweep":1,"iterations":20,"documents":1,"tokens":1,"tokens_per_second":1,\
            "exchanges":1,"extra_sweeps":0,"publishes_documents":false,"host":"node","pid":1}
            """
        let now = "\(Int(Date().timeIntervalSince1970 * 1000))"
        try cluster.server.command("HSET", "dlda:{data}:shards", "77", report, "g/77", "1", "h/77", now)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll(["--iterations=20"])
        for shard in shards { #expect(try await shard.outcome().status == 0) }
        #expect(try await listener.outcome().status == 0)
        try cluster.expectExactDumps()
    }

    @Test("an entry of a shard that has left in the index of the pace does not hold the others")
    func leftShard() async throws {
        let cluster = try TestCluster(shards: 2)
        let last = try cluster.start(1, ["--iterations=200", "--dead-after=1000"])
        #expect(try await cluster.run(0, ["--iterations=1", "--leave", "--dead-after=1000"]).status == 0)
        try cluster.server.command("ZADD", "dlda:{data}:pace", "1", "0")
        #expect(try await last.outcome().status == 0)
    }

    @Test("a generation of documents that no process can have does not lock its shard out")
    func documents() async throws {
        let cluster = try TestCluster(shards: 2)
        let shards = try cluster.startAll([TestCluster.endless, "--publish-documents"])
        try await shards[0].until("its first sweeps") { try cluster.state(of: 0) == "sampling" }
        for (key, field) in [("dlda:{data/d/0}", "g"), ("dlda:{data}:shards", "g/0")] {
            try cluster.server.command("HSET", key, field, "9007199254740992")
        }
        try await Task.sleep(for: .seconds(1.5))
        #expect(shards[0].isRunning, "\(shards[0].error)")
        shards[0].send(SIGKILL)
        _ = try await shards[0].outcome()
        #expect(try await cluster.run(0, ["--iterations=3", "--publish-documents", "--leave"]).status == 0)
        shards[1].send(SIGTERM)
        #expect(try await shards[1].outcome().status == 0)
    }

    /// A way to damage one of the values of a block, for redis-cli.
    private func command(_ random: inout SeededGenerator) -> [String] {
        let block = "dlda:{data/\(Int.random(in: 0..<4, using: &random))}"
        let rows = "\(block):\(["n", "c/0", "c/1"].randomElement(using: &random) ?? "")"
        let field = ["words", "v", "w"].randomElement(using: &random) ?? ""
        let place = "\(Int.random(in: 0..<1 << 20, using: &random))"
        let ways = [
            ["EVAL", Self.flip, "1", rows, place, ""], ["EVAL", Self.flip, "1", rows, place, ""],
            ["EVAL", Self.flip, "1", block, place, field], ["SETRANGE", rows, "1000", "?"], ["SET", rows, "x"],
            ["DEL", rows], ["HDEL", block, field], ["DEL", block],
        ]
        return ways.randomElement(using: &random) ?? []
    }

    private func audit(_ cluster: TestCluster) async throws -> Int32 {
        try await BuiltTool.main.run("store", "audit", "--run=data", "--redis", cluster.address).status
    }
}
