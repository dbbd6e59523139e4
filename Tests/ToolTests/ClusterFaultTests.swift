import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("A cluster in which processes or servers fail", .serialized)
struct ClusterFaultTests {
    @Test("The tokens of a shard that was killed and started again are counted exactly once")
    func killedShard() async throws {
        let cluster = try TestCluster(shards: 4)
        let listener = try cluster.startListener()
        let flags = ["--cores=2", "--sync_every=1", TestCluster.endless]
        var shards = try cluster.startAll(flags)
        for number in 0..<4 { try await cluster.sweep(of: number, by: shards[number]) }
        try await cluster.dumps(1, by: listener)
        shards[2].send(SIGKILL)
        #expect(try await shards[2].outcome().status == 128 + SIGKILL)

        shards[2] = try cluster.start(2, flags)
        try await shards[2].until("its first sweep") {
            try cluster.record(of: 2)["pid"] as? Int == Int(shards[2].identifier)
        }
        try await cluster.dumps(3, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
    }

    enum Loss: CaseIterable {
        case restart, wipe, blockDeleted
    }

    @Test("The shards restore whatever the store loses", arguments: Loss.allCases)
    func lostStore(loss: Loss) async throws {
        var trial = FaultTrial("store-loses \(loss)", runs: 1)
        let cluster = try TestCluster(shards: 2)
        let listener = try cluster.startListener()
        let shards = try cluster.startAll([TestCluster.endless])
        try await cluster.dumps(2, by: listener)
        var dumps = 0
        while trial.next() {
            try await trial.pause(upTo: 0.1)
            switch loss {
            case .restart: try cluster.server.restart()
            case .wipe: try cluster.server.wipe()
            case .blockDeleted: try cluster.server.command("DEL", "dlda:{data/1}")
            }
            // One dump may have been in progress.
            try await cluster.dumps(2, by: listener)
            dumps += try cluster.expectExactDumps(removing: true)
        }
        try await cluster.dumps(1, by: listener)
        try await (shards + [listener]).stop()
        try cluster.expectExactDumps()
        trial.report("\(dumps) dumps, all exact")
    }

    @Test("A shard that was paused while another process took it over ends with code 76 and changes nothing")
    func sleeper() async throws {
        var trial = FaultTrial("sleeper", runs: 2)
        let cluster = try TestCluster(shards: 2)
        let listener = try cluster.startListener()
        let other = try cluster.start(1, [TestCluster.endless])
        var holder = try cluster.start(0, [TestCluster.endless])
        try await cluster.dumps(1, by: listener)
        let store = RedisCountStore(run: try RunName("data"), at: try RedisServers(parsing: cluster.address))
        var slowest = 0.0
        while trial.next() {
            try await trial.pause(upTo: 0.1)
            holder.send(SIGSTOP)
            let next = try cluster.start(0, [TestCluster.endless, "--take-over"])
            func isNoted() throws -> Bool {
                let record = try cluster.record(of: 0)
                return record["pid"] as? Int == Int(next.identifier) && record["state"] as? String == "running"
            }
            try await next.until("its first sweep", isNoted)
            let generation = try #require(try store.statuses().first?.generation)
            func isNextAlone() throws -> Bool {
                try store.tags(ofShard: 0, blocks: 0..<4).allSatisfy { $0?.generation == generation }
            }
            #expect(try isNextAlone())

            let woken = ContinuousClock.now
            holder.send(SIGCONT)
            #expect(try await holder.outcome().status == 76)
            slowest = max(slowest, woken.duration(to: .now) / .seconds(1))
            #expect(try isNextAlone() && isNoted(), "the paused process changes neither the store nor the files")
            holder = next
            try await cluster.dumps(1, by: listener)
        }
        try await [holder, other, listener].stop()
        try cluster.expectExactDumps()
        #expect(slowest < 10)
        trial.report("the slowest ended \(slowest.formatted(.number.precision(.fractionLength(2)))) s after resuming")
    }

    @Test("A finished shard that stays restores what the store loses")
    func lostWhileStaying() async throws {
        let cluster = try TestCluster(shards: 2)
        let finished = try cluster.start(0, ["--iterations=3"])
        try await finished.until("its last sweep") { try cluster.state(of: 0) == "finished" }
        try cluster.server.restart()
        let listener = try cluster.startListener()
        let other = try await cluster.run(1, ["--iterations=3"])
        #expect(other.status == 0)
        try await [finished, listener].succeed()
        try cluster.expectExactDumps()
    }

    @Test("While the store is unavailable, a shard continues to sample and reports what it waits for")
    func outage() async throws {
        let cluster = try TestCluster(shards: 1)
        let shard = try cluster.start(0, [TestCluster.endless])
        try await cluster.sweep(of: 0, by: shard)
        cluster.server.kill()
        try await shard.until("a message about the outage") { shard.error.contains("waiting for Redis at") }
        try await cluster.sweep(of: 0, by: shard)
        try cluster.server.start()
        try await shard.until("a message about its end") { shard.error.contains("the store answers again") }
        try await [shard].stop()
        #expect(try cluster.state(of: 0) == "stopped")
    }

    @Test("A second signal of the same kind ends a shard at once, whatever it waits for")
    func abort() async throws {
        let cluster = try TestCluster(shards: 1)
        let shard = try cluster.start(0, [TestCluster.endless])
        try await cluster.sweep(of: 0, by: shard)
        cluster.server.pause()
        defer { cluster.server.resume() }
        shard.send(SIGTERM)
        try await shard.until("the end") {
            shard.send(SIGTERM)
            return !shard.isRunning
        }
        #expect(try await shard.outcome().status == 128 + SIGTERM)
    }
}
