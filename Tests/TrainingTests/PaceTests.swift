import Counts
import Testing

@testable import Training

@Suite("the distance between shards")
struct PaceTests {
    private func status(
        _ shard: Int, sweep: Int, of iterations: Int = 100, _ state: ShardProgress.State = .sampling,
        silence: Double = 0
    ) -> ShardStatus {
        ShardStatus(
            progress: ShardProgress(
                shard: shard, state: state, sweep: sweep, iterations: iterations, documents: 1, tokens: 1, host: "h",
                process: 1),
            generation: Generation(1), silence: silence)
    }

    private func pace(_ staleness: Int?, _ statuses: [ShardStatus], isYoung: Bool = false) -> Pace {
        var pace = Pace(staleness: staleness)
        pace.look(RunPace(statuses, deadAfter: 10), after: 0, shard: 0, of: 3, isYoung: isYoung)
        return pace
    }

    @Test("a shard is held as soon as it is more than the staleness ahead of the slowest")
    func holds() {
        let pace = pace(4, [status(0, sweep: 1), status(1, sweep: 7), status(2, sweep: 5)])
        #expect(pace.slowest == 5)
        #expect((8...11).map { pace.holds(after: $0) } == [false, false, true, true])
        #expect(!self.pace(nil, [status(1, sweep: 0), status(2, sweep: 0)]).holds(after: 1000))
    }

    @Test("no shard is held for one that is dead, has stopped, was removed, or has no sweeps left")
    func ignores() {
        let others = [
            status(1, sweep: 0, silence: 10), status(1, sweep: 0, .stopped), status(1, sweep: 0, .removed),
            status(1, sweep: 30, of: 30), status(1, sweep: 30, .finished),
        ]
        for other in others { #expect(pace(0, [other, status(2, sweep: 100, of: 100)]).slowest == nil) }
    }

    @Test("a shard that has not reported is waited for as long as it may still be starting")
    func absent() {
        #expect(pace(1, [status(1, sweep: 50)], isYoung: true).holds(after: 2))
        #expect(!pace(1, [status(1, sweep: 50)], isYoung: false).holds(after: 2))
    }

    @Test("the statuses are read once, after half of the permitted distance")
    func asks() {
        func asked(_ staleness: Int?, after sweeps: [Int]) -> [Bool] {
            var pace = pace(staleness, [])
            return sweeps.map { pace.asks(after: $0) }
        }
        #expect(asked(4, after: [1, 2, 2, 3, 4, 5]) == [false, true, false, false, true, false])
        #expect(asked(0, after: [1, 1, 2]) == [true, false, true])
        #expect(asked(nil, after: [1000]) == [false])
    }
}

@Suite("log messages about other shards")
struct AwaitedShardsTests {
    private func status(
        _ shard: Int, sweep: Int, of iterations: Int = 9, _ state: ShardProgress.State = .sampling, silence: Double = 0
    ) -> ShardStatus {
        ShardStatus(
            progress: ShardProgress(
                shard: shard, state: state, sweep: sweep, iterations: iterations, documents: 1, tokens: 1,
                host: "node\(shard)", process: 7),
            generation: Generation(1), silence: silence)
    }

    @Test("a shard that becomes silent is reported once, and again when it reports again")
    func silence() {
        var awaited = AwaitedShards()
        func lines(_ silence: Double) -> [String] {
            awaited.changes(
                [status(0, sweep: 1, silence: 99), status(1, sweep: 2, silence: silence)], shard: 0, deadAfter: 3)
        }
        #expect(lines(2.9) == [])
        #expect(
            lines(4) == [
                "shard 1 on node1 (process 7) has been silent for 4 s, longer than the run's --dead-after of 3.0 s: no "
                    + "shard waits for it any more; start it again with the same command, or remove it with dist-lda "
                    + "store remove-shard"
            ])
        #expect(lines(5) == [])
        #expect(lines(0) == ["shard 1 on node1 reports again, at sweep 2"])
        #expect(lines(0) == [])
        #expect(lines(4).count == 1)
        let removed = status(1, sweep: 2, .removed)
        #expect(awaited.changes([removed], shard: 0, deadAfter: 3) == [], "its removal is not a report")
    }

    @Test("a shard that has not started is reported once when the others stop waiting, and again when it starts")
    func absence() {
        var awaited = AwaitedShards()
        let own = status(0, sweep: 1)
        #expect(awaited.changes([own], shard: 0, of: nil, deadAfter: 3) == [])
        #expect(
            awaited.changes([own], shard: 0, of: 2, deadAfter: 3)
                == ["shard 1 has not started within 3.0 s: no shard waits for it until it has started"])
        #expect(awaited.changes([own], shard: 0, of: 2, deadAfter: 3) == [])
        #expect(
            awaited.changes([own, status(1, sweep: 0)], shard: 0, of: 2, deadAfter: 3)
                == ["shard 1 on node1 has started"])
    }

    @Test("a waiting shard logs which shards it waits for after five seconds, then once a minute or when these change")
    func waiting() {
        var awaited = AwaitedShards()
        func line(_ seconds: Double, _ statuses: [ShardStatus]) -> String? {
            awaited.line(statuses, shard: 0, of: 3, seconds)
        }
        let both = [status(0, sweep: 9), status(1, sweep: 2)]
        #expect(line(4.9, both) == nil)
        #expect(
            line(5, both)
                == "waiting for shard 1 on node1, which is at sweep 2 of 9; shard 2, which has not started")
        #expect(line(64, both) == nil)
        #expect(line(66, both) != nil)
        // Another wait for the same shards is logged like the first.
        #expect(line(1, both) == nil)
        #expect(line(6, both) != nil)
        #expect(
            line(67, [status(1, sweep: 9), status(2, sweep: 3)])
                == "waiting for shard 2 on node2, which is at sweep 3 of 9")
        // A shard that is as far as this one is not waited for.
        #expect(
            line(130, [status(0, sweep: 5), status(1, sweep: 5), status(2, sweep: 1)])
                == "waiting for shard 2 on node2, which is at sweep 1 of 9")
        #expect(line(200, [status(1, sweep: 9), status(2, sweep: 9)]) == nil)
        // This shard has finished, and another one has more sweeps to do, or was stopped.
        #expect(
            line(300, [status(0, sweep: 9), status(1, sweep: 20, of: 30), status(2, sweep: 5, .stopped)])
                == "waiting for shard 1 on node1, which is at sweep 20 of 30; shard 2 on node2, which was stopped at "
                + "sweep 5: start it again with the same command")
    }
}
