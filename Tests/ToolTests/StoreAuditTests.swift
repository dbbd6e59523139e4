import CommandLineTools
import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

/// `dist-lda store audit` and `repair` on a real server whose data is damaged by redis-cli.
@Suite("dist-lda store audit and repair")
struct StoreAuditTests {
    /// A change that damages block 1 of run "data", and the line that the audit prints for it.
    struct Damage: CustomTestStringConvertible, Sendable {
        let name: String
        /// A Lua script; `block` is the key of the block's hash, `part` the key of another of its values; `flip`
        /// changes a bit.
        let script: String
        let line: String
        /// Whether counts are lost that only a shard can restore.
        let loses: Bool

        var testDescription: String { name }

        func plant(in server: RedisServer) throws {
            let source = """
                local block = KEYS[1]
                local function part(name) return block .. ':' .. name end
                local function flipped(value, at)
                  local byte = value:byte(at)
                  byte = byte % 2 == 0 and byte + 1 or byte - 1
                  return value:sub(1, at - 1) .. string.char(byte) .. value:sub(at + 1)
                end
                local function flip(name, at)
                  redis.call('SET', part(name), flipped(redis.call('GET', part(name)), at))
                end
                \(script)
                return 'planted'
                """
            #expect(try server.command("EVAL", source, "1", "dlda:{data/1}") == "planted")
        }
    }

    static let damages = [
        Damage(
            name: "a total of other counts",
            script:
                "local rows = redis.call('GETRANGE', part('c/0'), 16, -1) redis.call('SET', part('n'), "
                + "redis.call('GETRANGE', part('n'), 0, 15) .. struct.pack('<I4', #rows) .. rows)",
            line: "block 1: the total has ", loses: false),
        Damage(
            name: "a bit of the total flipped", script: "flip('n', 29)", line: "block 1: value n is damaged or missing",
            loses: false),
        Damage(
            name: "a bit of a contribution flipped", script: "flip('c/1', 36)",
            line: "block 1: value c/1 is damaged or missing", loses: true),
        Damage(
            name: "a contribution deleted", script: "redis.call('HDEL', block, 't/1') redis.call('DEL', part('c/1'))",
            line: "block 1: counts of shard 1 are missing", loses: true),
        Damage(
            name: "a contribution deleted, its tag not", script: "redis.call('DEL', part('c/1'))",
            line: "block 1: shard 1 has a tag, but its counts are missing", loses: true),
        Damage(
            name: "a tag deleted", script: "redis.call('HDEL', block, 't/1')",
            line: "block 1: counts of shard 1 are missing", loses: true),
        Damage(
            name: "a tag that cannot be read", script: "redis.call('HSET', block, 't/1', '?')",
            line: "block 1: the tag of shard 1 is damaged or missing", loses: false),
        Damage(
            name: "a word changed",
            script: "redis.call('HSET', block, 'words', flipped(redis.call('HGET', block, 'words'), 3))",
            line: "block 1: value words is damaged or missing",
            loses: true),
        Damage(
            name: "the version deleted", script: "redis.call('HDEL', block, 'v')",
            line: "block 1: value v is damaged or missing", loses: false),
        Damage(
            name: "a foreign shard",
            script:
                "redis.call('COPY', part('c/1'), part('c/9')) redis.call('HSET', block, 't/9', redis.call('HGET', "
                + "block, 't/1'))",
            line: "block 1: there are counts of shard 9, but the run has shards 0 to 1", loses: false),
        Damage(
            name: "a tag of a later process",
            script:
                "redis.call('HSET', block, 't/1', '9007199254740992 1 ' .. redis.call('GETRANGE', part('c/1'), 0, 15))",
            line: "block 1: the tag of shard 1 has generation 9007199254740992, but the shard is held by ", loses: false
        ),
        Damage(
            name: "the whole block deleted",
            script: "redis.call('DEL', block, part('n'), part('c/0'), part('c/1'))",
            line: "block 1: counts of shard 0 are missing", loses: true),
    ]

    private func store(_ arguments: String..., in server: RedisServer) async throws -> BuiltTool.Outcome {
        try await BuiltTool.main.run(["store"] + arguments + ["--run=data", "--redis", server.address])
    }

    @Test("Each damage is found, and repaired as far as possible, while no shard runs", arguments: damages)
    func quiet(damage: Damage) async throws {
        let cluster = try TestCluster(shards: 2)
        for number in 0..<2 { #expect(try await cluster.run(number, ["--iterations=2", "--leave"]).status == 0) }
        let whole = try await store("audit", in: cluster.server)
        #expect(whole.status == 0 && whole.error == "")
        #expect(
            try #require(
                whole.output.wholeMatch(
                    of: /run data: (\d+) tokens, \d+ cells, blocks 4 of 4, contributions 8, violations 0\n/)
            ).output.1 == "\(cluster.corpus.tokens)")

        try damage.plant(in: cluster.server)
        let broken = try await store("audit", in: cluster.server)
        #expect(broken.status == 65)
        #expect(
            broken.output.split(separator: "\n").contains { $0.hasPrefix(damage.line.prefix(60)) }, "\(broken.output)")
        #expect(broken.error.hasPrefix("dist-lda: the counts of run data are inconsistent in "))

        // Both shards have just reported, so they count as running. The reports are set back by a minute.
        let heard = Int(Date().timeIntervalSince1970 * 1000) - 60_000
        try cluster.server.command("HSET", "dlda:{data}:shards", "h/0", "\(heard)", "h/1", "\(heard)")
        let repaired = try await store("repair", in: cluster.server)
        #expect(repaired.status == (damage.loses ? 65 : 0), "\(repaired)")
        let after = try await store("audit", in: cluster.server)
        if damage.loses {
            // The law holds again for the remaining counts.
            #expect(after.status == 65)
            #expect(
                after.output.split(separator: "\n").dropLast().allSatisfy { $0.contains(" are missing") },
                "\(after.output)")
        } else {
            #expect(after.output == whole.output)
        }
        #expect(try await store("repair", in: cluster.server).output == after.output)
    }

    @Test("Each damage disappears soon after the repair while shards run", .serialized, arguments: damages)
    func alive(damage: Damage) async throws {
        let cluster = try TestCluster(shards: 2)
        let shards = try cluster.startAll([TestCluster.endless])
        for number in 0..<2 {
            try await shards[number].until("a report of its first exchange") {
                try cluster.progress(of: number)?["exchanges"] as? Int ?? 0 > 0
            }
        }
        for shard in shards { shard.pause() }
        // Everything that the shards had sent is served before the second of these commands.
        for _ in 0..<2 { try cluster.server.command("PING") }
        try damage.plant(in: cluster.server)
        #expect(try await store("audit", in: cluster.server).status == 65)
        // The shards run during the repair, except if the damage would end them before.
        let isDeadly = damage.name == "a tag of a later process"
        if !isDeadly { for shard in shards { shard.send(SIGCONT) } }
        let repaired = try await store("repair", in: cluster.server)
        #expect([0, 65].contains(repaired.status))
        if isDeadly { for shard in shards { shard.send(SIGCONT) } }

        var audit = try await store("audit", in: cluster.server)
        for _ in 0..<200 where audit.status != 0 { audit = try await store("audit", in: cluster.server) }
        #expect(audit.status == 0, "\(audit)")
        #expect(audit.output.hasPrefix("run data: \(cluster.corpus.tokens) tokens, "))
        let listener = try cluster.startListener()
        try await cluster.dumps(2, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
    }

    @Test("While shards run, start, die and start again, the audit finds no violations")
    func underLoad() async throws {
        let cluster = try TestCluster(shards: 3)
        var shards = try cluster.startAll([TestCluster.endless])
        for number in 0..<3 { try await cluster.sweep(of: number, by: shards[number]) }
        for round in 0..<30 {
            let audit = try await store("audit", in: cluster.server)
            #expect(audit.status == 0, "\(audit)")
            #expect(audit.output.contains("violations 0"))
            if round.isMultiple(of: 10) {
                shards[1].send(SIGKILL)
                _ = try await shards[1].outcome()
                shards[1] = try cluster.start(1, [TestCluster.endless])
            }
        }
        let repair = try await store("repair", in: cluster.server)
        #expect(repair.status == 0 && !repair.output.contains("repaired"))
        try await shards.stop()
        #expect(
            try await store("audit", in: cluster.server).output.hasPrefix("run data: \(cluster.corpus.tokens) tokens"))
    }
}
