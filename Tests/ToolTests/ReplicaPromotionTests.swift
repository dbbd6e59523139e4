import Foundation
import TestSupport
import Testing

@Suite("A replica that is promoted to master", .serialized)
struct ReplicaPromotionTests {
    private static let settings = [
        "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0",
    ]

    @Test("If a lagging replica is promoted, the shards restore the acknowledged writes that are lost")
    func promotion() async throws {
        var trial = FaultTrial("promotion", runs: 2)
        var master = try RedisServer(Self.settings)
        let front = try FaultyProxy(to: master.address, seed: trial.seed)
        let cluster = try TestCluster(shards: 2, on: [master], address: front.address)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll([TestCluster.endless])
        try await cluster.dumps(1, by: listener)
        var (lost, dumps) = (0, 0)
        while trial.next() {
            let replica = try RedisServer(Self.settings)
            let link = try FaultyProxy(to: master.address, seed: trial.seed)
            try replica.command("REPLICAOF", "127.0.0.1", "\(link.port)")
            try await listener.until("a replica in step") {
                try replica.info("replication", "master_link_status") == "up"
            }
            link.stall()
            try await Task.sleep(for: .milliseconds(50))
            try await trial.pause(upTo: 0.2)
            let written = Int(try master.info("replication", "master_repl_offset")) ?? 0
            master.kill()
            lost += written - (Int(try replica.info("replication", "slave_repl_offset")) ?? 0)
            try replica.command("REPLICAOF", "NO", "ONE")
            front.lead(to: replica.address)
            master = replica
            // One dump may have been in progress.
            try await cluster.dumps(2, by: listener)
            dumps += try cluster.expectExactDumps(removing: true)
        }
        try await cluster.dumps(1, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
        #expect(lost > 0, "bytes of commands that the replicas had not seen")
        trial.report("\(lost) bytes of acknowledged commands lost", "\(dumps) dumps, all exact")
    }
}
