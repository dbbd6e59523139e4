import Counts
import RedisStore
import TestSupport
import Testing

@Suite("the store in Redis")
struct RedisCountStoreTests {
    private func place(_ servers: RedisServers) -> CountStoreContract.Place {
        CountStoreContract.Place(store: { run in
            do { return RedisCountStore(run: try RunName(run), at: servers) } catch { fatalError("\(error)") }
        })
    }

    @Test("satisfies the contract on one server", arguments: CountStoreContract.laws)
    func one(_ law: CountStoreContract) throws {
        let server = try RedisServer()
        try law.check(place(RedisServers(parsing: server.address)))
    }

    @Test("satisfies the contract on three independent servers", arguments: CountStoreContract.laws)
    func three(_ law: CountStoreContract) throws {
        let servers = try (0..<3).map { _ in try RedisServer() }
        try law.check(place(RedisServers(parsing: servers.map(\.address).joined(separator: ","))))
    }

    /// All checks share one cluster, because it takes seconds to start.
    @Test("satisfies the contract on a Redis Cluster of three nodes")
    func cluster() throws {
        let cluster = try RedisCluster()
        for law in CountStoreContract.laws { try law.check(place(RedisServers(parsing: cluster.address()))) }
    }

    @Test("the memory of a run is that of all its keys, and of no others")
    func usage() throws {
        let server = try RedisServer()
        let servers = try RedisServers(parsing: server.address)
        let (store, other) = (
            RedisCountStore(run: try RunName("r"), at: servers), RedisCountStore(run: try RunName("s"), at: servers)
        )
        let ledger = try FilledLedger(in: store, blocks: 3, shards: 2)
        for shard in 0..<2 {
            try ledger.put([("a", [1, 0]), ("b", [0, 2])], shard: shard)
            try ledger.publish([("d", [1, 1])], shard: shard)
        }
        let counts = [UInt8](repeating: 1, count: 5000)
        let before = try store.usage(of: ledger.manifest)
        for part in [0, WordCounts.parts - 1] {
            for (store, shards) in [(store, 2), (other, 1)] {
                for shard in 0..<shards { try store.publish(wordCounts: counts, part: part, ofShard: shard, key: 7) }
            }
        }
        let usage = try store.usage(of: ledger.manifest)
        let keys = try server.command("KEYS", "dlda:{r*").split(separator: "\n").map(String.init)
        let sizes = try keys.map { Int(try server.command("MEMORY", "USAGE", $0, "SAMPLES", "0")) ?? 0 }
        #expect(keys.count { $0.contains("/w/") } == 2 && usage.blocks == 3)
        #expect(usage.runBytes == sizes.reduce(0, +) && usage.runBytes > before.runBytes + 4 * counts.count)
    }
}
