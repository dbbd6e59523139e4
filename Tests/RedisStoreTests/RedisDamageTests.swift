import Counts
import RedisStore
import TestSupport
import Testing

/// Changes values with redis-cli during a run. The listener's check must detect each change, and the shards repair it.
@Suite("damage in Redis")
struct RedisDamageTests {
    private static let topics = 3
    /// The words of the two shards.
    private static let words: [[[UInt8]]] = [["a", "b"], ["b", "c"]].map { $0.map { Array($0.utf8) } }

    /// The redis-cli commands that damage the block. The first word after the command is the key, without the
    /// block's own name.
    private static let damages: [[String]] =
        [":n", ":c/0", ":c/1"].flatMap { part in
            [
                ["SET", part, ""], ["SET", part, "x"], ["DEL", part], ["SETRANGE", part, "0", "?"],
                ["APPEND", part, "x"],
            ]
                + [["SETRANGE", part, "20", "?"]]
        }
        + ["words", "v", "t/0", "t/1", "w"].flatMap { field in
            [["HSET", "", field, ""], ["HSET", "", field, "!"], ["HDEL", "", field]]
        }
        + [["HSET", "", "v", "FFFFFFFFFFFFFFFF"], ["HSET", "", "v", "+00000000000000f"]]
        + [["HSET", "", "w", "0000000000000000"], ["HDEL", "", "w", "words"], ["DEL", ""]]

    @Test("a damaged value is detected, and repaired by the next exchanges", arguments: damages)
    func heals(damage: [String]) throws {
        let server = try RedisServer()
        let address = try RedisAddress(parsing: server.address)
        let store = RedisCountStore(run: try RunName("r"), at: address)
        var ledgers = (0..<2).map { shard in
            ShardLedger(shard: shard, generation: Generation(1), columns: Self.topics, blocks: 1) { _ in
                Self.words[shard]
            }
        }
        func exchange(_ sweep: Int) throws {
            for shard in [sweep % 2, 1 - sweep % 2] {
                let counts: [[UInt32]] = [[UInt32(sweep % 5), UInt32(5 - sweep % 5), 0], [0, 0, 3 + UInt32(shard)]]
                let own = [ShardLedger.OwnRows(block: 0, rows: SparseRows(dense: counts))]
                #expect(try ledgers[shard].exchange(own, sweep: sweep, with: store).count == 1)
            }
        }
        func isWhole() throws -> Bool {
            let block = try? VerifiedBlock(try store.records(of: 0..<1)[0], block: 0, columns: Self.topics)
            return block?.amounts == [0: 8, 1: 9] && block?.words.count == 3
        }
        try exchange(0)
        try exchange(1)
        #expect(try isWhole())
        for shard in 0..<2 { #expect(try ledgers[shard].lostBlocks(in: store, comparingCounts: true) == []) }
        try server.command([damage[0], "dlda:{r/0}\(damage[1])"] + damage.dropFirst(2))
        if damage[1].hasPrefix(":c/") {
            let owner = try #require(Int(damage[1].dropFirst(3)))
            #expect(try ledgers[owner].lostBlocks(in: store, comparingCounts: true) == [0])
        }
        // A contribution whose tag cannot be read still counts.
        let touchesOnlyATag = damage[0] == "HSET" && damage[2].hasPrefix("t/")
        #expect(try touchesOnlyATag || !isWhole(), "the damage is detected")
        // A damaged word list whose identity is intact is only read from time to time.
        let rounds = damage.dropFirst(2).first == "words" ? 10 : 2
        for round in 0..<rounds { try exchange(2 + round) }
        #expect(try isWhole())
        for shard in 0..<2 { #expect(try ledgers[shard].lostBlocks(in: store) == []) }
    }

    @Test("values in the index of the pace that no report could have written are ignored, and are replaced by reports")
    func pace() throws {
        let server = try RedisServer()
        let store = RedisCountStore(run: try RunName("r"), at: try RedisAddress(parsing: server.address))
        func report(_ shard: Int) throws {
            try store.report(
                ShardProgress(
                    shard: shard, sweep: 4, iterations: 9, documents: 1, tokens: 1, publishesDocuments: false,
                    host: "node", process: 1), generation: Generation(1))
        }
        let expected = RunPace(
            reported: 2, unfinished: 2, slowest: [.init(shard: 0, sweep: 4), .init(shard: 1, sweep: 4)])
        for shard in 0..<2 { try report(shard) }
        let index = "dlda:{r}:pace"
        for command in [
            ["ZADD", index, "-5", "0"], ["ZADD", index, "-inf", "1"], ["ZADD", index, "1.5", "0"],
            ["ZADD", index, "1", "x"], ["ZADD", index, "1", ""], ["ZADD", index, "1", "-1"],
            ["DEL", index],
        ] {
            try server.command(command)
            if command[0] == "ZADD" { #expect(try store.pace(deadAfter: 60).slowest.allSatisfy { $0.sweep == 4 }) }
            for shard in 0..<2 { try report(shard) }
            #expect(try store.pace(deadAfter: 60) == expected, "\(command)")
        }
        try server.command("HSET", "dlda:{r}:shards", "h/0", "nan")
        #expect(try store.pace(deadAfter: 60).slowest == [.init(shard: 1, sweep: 4)])
    }

    @Test("a claim is above the generation of published documents, even if the claims were lost")
    func lostClaims() throws {
        let server = try RedisServer()
        let store = RedisCountStore(run: try RunName("r"), at: try RedisAddress(parsing: server.address))
        let first = try store.claim(shard: 0, proposed: Generation(100))
        try store.publish(documents: [1], chunk: 0, ofShard: 0, generation: first)
        try server.command("DEL", "dlda:{r}:shards")
        let second = try store.claim(shard: 0, proposed: Generation(7))
        #expect(second > first)
        try store.publish(documents: [2], chunk: 0, ofShard: 0, generation: second)
        #expect(try store.documents(ofShard: 0) == [0: [2]])
    }

    @Test("a block that another program has replaced by a value of another type is removed with the run")
    func removal() throws {
        let server = try RedisServer()
        let store = RedisCountStore(run: try RunName("r"), at: try RedisAddress(parsing: server.address))
        _ = try store.create(
            RunManifest(
                document: "data", topics: 2, alpha: 0.1, beta: 0.1, seed: 1, blocks: 2, shards: 1, cores: 1,
                corpusDigest: 1, documents: 1), replacing: nil)
        try server.command("SET", "dlda:{r/0}", "x")
        #expect(try store.removeRun())
        #expect(try store.removeRun() == false)
    }

    @Test("a shard whose last report is in the future counts as silent until it reports again")
    func future() throws {
        let server = try RedisServer()
        let store = RedisCountStore(run: try RunName("r"), at: try RedisAddress(parsing: server.address))
        let progress = ShardProgress(
            shard: 0, iterations: 9, documents: 1, tokens: 1, publishesDocuments: false, host: "node", process: 1)
        try store.report(progress, generation: Generation(1))
        try server.command("HSET", "dlda:{r}:shards", "h/0", "99999999999999")
        #expect(try store.statuses().map { $0.isSilent(deadAfter: 1e6) } == [true])
        try store.report(progress, generation: Generation(1))
        #expect(try store.statuses().map { $0.isSilent(deadAfter: 60) } == [false])
    }
}
