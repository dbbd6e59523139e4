import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("a Redis Cluster that changes under load", .serialized)
struct RedisClusterFaultTests {
    private let cluster: RedisCluster
    private let store: RedisCountStore
    private let manifest = RunManifest(
        document: "d", topics: 2, alpha: 0.1, beta: 0.1, seed: 1, blocks: 12, shards: 1, cores: 1, corpusDigest: 1,
        documents: 3)

    init() throws {
        cluster = try RedisCluster()
        store = RedisCountStore(run: try RunName("r"), at: try RedisServers(parsing: cluster.address()))
    }

    private func write(_ block: Int, over basis: BlockBasis = BlockBasis()) -> BlockWrite {
        BlockWrite(
            block: block, shard: 0, basis: basis, change: .replace([1], version: .unique()),
            contribution: [UInt8(block)],
            tag: ContributionTag(generation: Generation(1), sweep: 0), words: [0])
    }

    /// Reads and rewrites all blocks. Each must hold the contribution that was written last.
    private func rewrite() throws {
        let states = try store.read((0..<12).map { BlockRequest(block: $0, shard: 0) })
        #expect(states.compactMap(\.contribution) == (0..<12).map { [UInt8($0)] })
        let outcomes = try store.write(states.enumerated().map { write($0, over: BlockBasis($1)) })
        #expect(outcomes == Array(repeating: .stored, count: 12))
    }

    @Test("blocks are spread over all nodes, and are found through any node, whether or not it is given as a cluster")
    func spread() throws {
        _ = try store.create(manifest, replacing: nil)
        _ = try store.write((0..<12).map { write($0) })
        for node in cluster.nodes { #expect(Int(try node.command("DBSIZE")) ?? 0 > 0) }
        let named =
            (0..<3).map { cluster.address($0) } + cluster.nodes.map(\.address)
            + [cluster.ports.map { "cluster:127.0.0.1:\($0)" }[0] + ",127.0.0.1:\(cluster.ports[1])"]
        for address in named {
            let other = RedisCountStore(run: try RunName("r"), at: try RedisServers(parsing: address))
            try other.connect(timeout: .seconds(10))
            #expect(try other.manifest() == manifest, "\(address)")
            #expect(try other.records(of: 0..<12).map(\.contributions) == (0..<12).map { [0: [UInt8($0)]] })
            #expect(try other.runs().map(\.text) == ["r"])
        }
        #expect(try store.removeRun())
        for node in cluster.nodes { #expect(try node.command("DBSIZE") == "0") }
    }

    @Test("a run is removed from every node even if its manifest is missing")
    func removedByPattern() throws {
        _ = try store.write((0..<12).map { write($0) })
        #expect(try store.removeRun())
        for node in cluster.nodes { #expect(try node.command("DBSIZE") == "0") }
    }

    @Test("a key is found while its slot is being moved, before and after the key itself has moved, and afterwards")
    func moving() throws {
        _ = try store.create(manifest, replacing: nil)
        _ = try store.write((0..<12).map { write($0) })
        try store.report(
            ShardProgress(shard: 0, iterations: 1, documents: 1, tokens: 1, host: "h", process: 1),
            generation: Generation(1))
        let blocks = (0..<12).map { block in ["", ":n", ":c/0"].map { "dlda:{r/\(block)}\($0)" } }
        for keys in blocks + [["dlda:{r}:run"]] {
            let slot = try cluster.slot(of: keys[0])
            let source = try cluster.owner(ofSlot: slot)
            let target = (source + 1) % 3
            try cluster.beginMove(slot: slot, from: source, to: target)
            for key in keys {
                let states = try store.read((0..<12).map { BlockRequest(block: $0, shard: 0) })
                #expect(states.allSatisfy { $0.version != nil && $0.total != nil })
                try cluster.migrate(key, from: source, to: target)
            }
            try cluster.nodes[target].command("SCRIPT", "FLUSH")
            try rewrite()
            try cluster.endMove(slot: slot, from: source, to: target)
            try rewrite()
            #expect(try store.create(manifest, replacing: nil) == manifest)
            #expect(try store.statuses().count == 1)
        }
    }

    @Test("a script with two keys, one of which has moved, is unavailable, and succeeds when both have moved")
    func tryAgain() throws {
        _ = try store.create(manifest, replacing: nil)
        _ = try store.claim(shard: 0, proposed: Generation(1))
        let slot = try cluster.slot(of: "dlda:{r}:run")
        let source = try cluster.owner(ofSlot: slot)
        let target = (source + 1) % 3
        try cluster.beginMove(slot: slot, from: source, to: target)
        try cluster.migrate("dlda:{r}:run", from: source, to: target)
        guard case .unavailable(let reason) = error({ _ = try store.create(manifest, replacing: nil) }) else {
            Issue.record("its keys are on two nodes")
            return
        }
        #expect(reason.contains("TRYAGAIN"))
        try cluster.endMove(slot: slot, from: source, to: target)
        #expect(try store.create(manifest, replacing: nil) == manifest)
    }

    @Test("a store waits for a node that has died, names it, and finds it again after its restart, empty")
    func dyingNode() throws {
        _ = try store.write((0..<12).map { write($0) })
        for number in 0..<3 {
            cluster.nodes[number].kill()
            guard case .unavailable(let reason) = error({ _ = try store.records(of: 0..<12) }) else {
                Issue.record("node \(number) is not running")
                continue
            }
            #expect(reason.contains("waiting for Redis at 127.0.0.1:"))
            try cluster.nodes[number].start()
            try cluster.awaitOK()
            let records = try eventually { try store.records(of: 0..<12) }
            let lost = records.indices.filter { records[$0].version == nil }
            #expect(!lost.isEmpty)
            for block in lost {
                #expect(try cluster.owner(ofSlot: cluster.slot(of: "dlda:{r/\(block)}")) == number)
            }
            #expect(try store.write(lost.map { write($0) }) == lost.map { _ in .stored })
        }
        try rewrite()
    }

    @Test("a store waits for a node that died after its slot had moved only until it has asked the others")
    func deadOwner() throws {
        _ = try store.write((0..<12).map { write($0) })
        for node in cluster.nodes { try node.command("CONFIG", "SET", "cluster-require-full-coverage", "no") }
        let slot = try cluster.slot(of: "dlda:{r/0}")
        let source = try cluster.owner(ofSlot: slot)
        try cluster.beginMove(slot: slot, from: source, to: (source + 1) % 3)
        try cluster.endMove(slot: slot, from: source, to: (source + 1) % 3)
        cluster.nodes[source].kill()
        guard case .unavailable = error({ _ = try store.records(of: 0..<1) }) else {
            Issue.record("the store does not know yet which node has block 0")
            return
        }
        #expect(try eventually { try store.records(of: 0..<1) }[0].contributions == [0: [0]])
    }

    @Test("a store waits for a cluster that does not serve all slots")
    func missingSlots() throws {
        let slot = try cluster.slot(of: "dlda:{r/0}")
        try cluster.nodes[0].command("CONFIG", "SET", "cluster-require-full-coverage", "no")
        for node in cluster.nodes { try node.command("CLUSTER", "DELSLOTS", "\(slot)") }
        guard case .unavailable(let reason) = error({ _ = try store.records(of: 0..<1) }) else {
            Issue.record("no node has slot \(slot)")
            return
        }
        #expect(reason.contains("CLUSTERDOWN"))
        try cluster.nodes[1].command("CLUSTER", "ADDSLOTS", "\(slot)")
        try cluster.awaitOK()
        #expect(try eventually { try store.records(of: 0..<1) } == [BlockRecord()])
    }

    @Test("a server that is not a cluster, or a cluster's node in a wrong place, is refused with advice")
    func unfit() throws {
        let alone = try RedisServer()
        func reason(_ address: String, database: Int? = nil) throws -> String {
            let servers = try RedisServers(parsing: address, database: database)
            let store = RedisCountStore(run: try RunName("r"), at: servers)
            guard case .misconfigured(let reason) = error({ try store.connect(timeout: .seconds(10)) }) else {
                return ""
            }
            return reason
        }
        #expect(try reason("cluster:\(alone.address)").contains("leave \"cluster:\" out"))
        #expect(try reason("\(alone.address),\(cluster.nodes[0].address)").contains("is a node of a Redis Cluster"))
        #expect(try reason(cluster.nodes[0].address, database: 3).contains("leave --redis-db out"))
        try cluster.nodes[2].command("CONFIG", "SET", "maxmemory", "100mb")
        try cluster.nodes[2].command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        let policy = try reason(cluster.address())
        #expect(policy.contains("127.0.0.1:\(cluster.ports[2])") && policy.contains("noeviction"))
    }

    private func error(_ body: () throws -> Void) -> CountStoreError? {
        do { try body() } catch { return error as? CountStoreError }
        return nil
    }

    /// Tries again until the cluster is ready.
    private func eventually<Value>(_ body: () throws -> Value) throws -> Value {
        for _ in 0..<1000 {
            do { return try body() } catch CountStoreError.unavailable { usleep(10_000) }
        }
        return try body()
    }
}
