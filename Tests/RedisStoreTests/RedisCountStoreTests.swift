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
}
