import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("Shards that keep in step", .serialized)
struct StalenessTests {
    @Test("are never more than one sweep apart, and wait for a dead shard only until it counts as dead")
    func inStep() async throws {
        var trial = FaultTrial("in-step", runs: 1)
        let deadAfter = 2.0
        var (looks, sweeps, waited) = (0, 0, [Double]())
        while trial.next() {
            let cluster = try TestCluster(shards: 4)
            var shards = try cluster.startAll(["--staleness=0", "--dead-after=\(deadAfter)", TestCluster.endless])
            let store = RedisCountStore(run: try RunName("data"), at: try RedisServers(parsing: cluster.address))
            /// Returns the number of sweeps of each shard, read at one moment.
            func look() throws -> [Int] { try store.statuses().map(\.progress.sweep) }
            for number in 0..<4 { try await cluster.sweep(of: number, by: shards[number]) }

            let begin = try #require(try look().min())
            try await shards[0].until("30 sweeps") {
                let done = try look()
                looks += 1
                #expect(done.max()! - done.min()! <= 1, "\(done)")
                return done.min()! >= begin + 30
            }
            sweeps += try look().min()! - begin

            let victim = trial.done % 4
            shards[victim].send(SIGKILL)
            #expect(try await shards.remove(at: victim).outcome().status == 128 + SIGKILL)
            let death = try look()[victim]
            let killed = ContinuousClock.now
            try await shards[0].until("five sweeps without it") {
                let statuses = try store.statuses()
                let others = statuses.filter { $0.progress.shard != victim }.map(\.progress.sweep)
                if statuses[victim].silence < deadAfter { #expect(others.max()! <= death + 1, "\(others), \(death)") }
                #expect(others.max()! - others.min()! <= 1, "\(others)")
                return others.min()! >= death + 5
            }
            waited.append(killed.duration(to: .now) / .seconds(1))
            try shards.expectAlive()
            try await shards.stop()
        }
        let range = [waited.min()!, waited.max()!].map { $0.formatted(.number.precision(.fractionLength(1))) }
        trial.report(
            "\(looks) looks during \(sweeps) sweeps: never more than 1 apart",
            "five sweeps after a death: \(range[0]) to \(range[1]) s, with --dead-after=\(deadAfter)")
    }
}
