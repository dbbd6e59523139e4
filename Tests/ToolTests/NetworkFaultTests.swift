import Foundation
import TestSupport
import Testing

@Suite("A cluster on a bad network", .serialized)
struct NetworkFaultTests {
    @Test("If the reply to one command in five is lost after the command was applied, every dump is exact")
    func lostReplies() async throws {
        var trial = FaultTrial("lost-replies", seconds: 3)
        let server = try RedisServer()
        let network = try FaultyProxy(to: server.address, seed: trial.seed)
        let cluster = try TestCluster(shards: 3, on: [server], address: network.address)
        let shards = try cluster.startAll([TestCluster.endless])
        // The listener connects directly to the server: the more dumps it writes, the more are checked.
        let listener = try cluster.startListener("--redis", server.address)
        try await cluster.dumps(1, by: listener)
        network.loseReplies(oneIn: 5)
        var dumps = 0
        while trial.next() {
            try await cluster.dumps(2, by: listener)
            dumps += try cluster.expectExactDumps(removing: true)
            try (shards + [listener]).expectAlive()
        }
        network.loseReplies(oneIn: nil)
        try await cluster.dumps(1, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
        #expect(network.lost > 5)
        trial.report("\(network.lost) replies lost", "\(dumps) dumps, all exact")
    }

    @Test("On a line of 1 Mbit/s that is cut repeatedly for a while, no process gives up, and every dump is exact")
    func partitions() async throws {
        var trial = FaultTrial("partitions", runs: 1)
        let server = try RedisServer()
        let network = try FaultyProxy(to: server.address, seed: trial.seed)
        let cluster = try TestCluster(shards: 3, on: [server], address: network.address)
        try await endure(
            &trial, cluster, begin: { network.limit(bitsPerSecond: 1e6) }, cut: network.stall, resume: network.resume)
    }

    @Test(
        "With 30 % of all packets lost, 1 Mbit/s and partitions, no process gives up, and every dump is exact",
        .enabled(if: NetworkNamespace.missing == nil, "\(NetworkNamespace.missing ?? "")"))
    func lostPackets() async throws {
        var trial = FaultTrial("lost-packets", runs: 1)
        let network = try NetworkNamespace()
        let port = try Loopback.freePort()
        let server = try RedisServer(["--port", "\(port)"], through: network.launcher)
        let cluster = try TestCluster(shards: 3, on: [server], address: "127.0.0.1:\(port)")
        cluster.launcher = network.launcher
        try await endure(
            &trial, cluster, begin: { try network.limit(bitsPerSecond: 1_000_000) },
            cut: { try network.lose(percent: 100) }, resume: { try network.lose(percent: 30) })
    }

    /// Degrades the network, and then cuts it for 5 seconds at a time (for 1 second in a quick run).
    private func endure(
        _ trial: inout FaultTrial, _ cluster: TestCluster, begin: () throws -> Void, cut: () throws -> Void,
        resume: () throws -> Void
    ) async throws {
        let shards = try cluster.startAll([TestCluster.endless])
        let listener = try cluster.startListener()
        try await cluster.dumps(1, by: listener)
        var dumps = 0
        try begin()
        try resume()
        while trial.next() {
            try await trial.pause(upTo: 1)
            try cut()
            try await Task.sleep(for: .seconds(trial.isLong ? 5 : 1))
            try resume()
            // One dump may have been in progress. TCP doubles its waiting time each time a packet is lost again.
            try await cluster.dumps(2, by: listener, deadline: 300)
            dumps += try cluster.expectExactDumps(removing: true)
            try (shards + [listener]).expectAlive()
        }
        try await cluster.dumps(1, by: listener, deadline: 300)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
        trial.report("\(dumps) dumps, all exact")
    }
}
