import Counts
import Reporting
import Testing

@Suite("The dump schedule")
struct DumpScheduleTests {
    private func statuses(
        _ sweeps: [Int], finished: Bool = false
    ) -> [ShardStatus] {
        sweeps.enumerated().map { shard, sweep in
            ShardStatus(
                progress: ShardProgress(
                    shard: shard, state: finished ? .finished : .sampling, sweep: sweep, iterations: 20, documents: 1,
                    tokens: 1, host: "test", process: 1),
                generation: Generation(1), silence: 0)
        }
    }

    /// Returns the decision, and records a dump if one is due.
    private func follow(_ schedule: inout DumpSchedule, _ sweeps: [Int], finished: Bool = false)
        -> DumpSchedule.Decision
    {
        let statuses = statuses(sweeps, finished: finished)
        let decision = schedule.decide(statuses, shards: 2)
        if decision == .dump || decision == .dumpAndEnd { schedule.dumped(statuses, shards: 2) }
        return decision
    }

    @Test("The greatest interval and the greatest sweep do not overflow")
    func limits() {
        var schedule = DumpSchedule(every: .max, forever: false)
        #expect(follow(&schedule, [4, 1]) == .dump)
        #expect(follow(&schedule, [14, 14]) == .wait)
        #expect(follow(&schedule, [.max, .max]) == .wait)
    }

    @Test("The first dump is due when all shards report, the next ones by sweeps of the slowest")
    func steps() {
        var schedule = DumpSchedule(every: 5, forever: false)
        #expect(follow(&schedule, []) == .wait)
        #expect(follow(&schedule, [3]) == .wait)
        #expect(follow(&schedule, [4, 1]) == .dump)
        #expect(follow(&schedule, [14, 5]) == .wait)
        #expect(follow(&schedule, [14, 6]) == .dump)
        #expect(follow(&schedule, [20, 10]) == .wait)
        #expect(follow(&schedule, [20, 19]) == .dump)
        #expect(follow(&schedule, [20, 20], finished: true) == .dumpAndEnd)
    }

    @Test("A dump that was not written is due again")
    func retries() {
        var schedule = DumpSchedule(every: 5, forever: false)
        #expect(schedule.decide(statuses([1, 1]), shards: 2) == .dump)
        #expect(schedule.decide(statuses([1, 1]), shards: 2) == .dump)
        #expect(schedule.decide(statuses([20, 20], finished: true), shards: 2) == .dumpAndEnd)
        #expect(schedule.decide(statuses([20, 20], finished: true), shards: 2) == .dumpAndEnd)
    }

    @Test("If a shard starts over, the schedule is set back to its sweep")
    func restart() {
        var schedule = DumpSchedule(every: 5, forever: false)
        #expect(follow(&schedule, [10, 10]) == .dump)
        #expect(follow(&schedule, [11, 0]) == .wait)
        #expect(follow(&schedule, [12, 4]) == .wait)
        #expect(follow(&schedule, [13, 5]) == .dump)
    }

    @Test("A removed shard does not delay dumps")
    func removed() {
        var schedule = DumpSchedule(every: 5, forever: false)
        var statuses = statuses([10, 1])
        statuses[1].progress.state = .removed
        #expect(DumpSchedule.slowest(statuses, shards: 2) == 10)
        statuses[0].progress.state = .finished
        #expect(schedule.decide(statuses, shards: 2) == .dumpAndEnd)
    }

    @Test("A finished run is dumped once, and with --forever the schedule waits for the next run")
    func forever() {
        var schedule = DumpSchedule(every: 5, forever: true)
        #expect(follow(&schedule, [20, 20], finished: true) == .dump)
        #expect(follow(&schedule, [20, 20], finished: true) == .wait)
        schedule.restart()
        #expect(follow(&schedule, [0, 0]) == .dump)
        #expect(follow(&schedule, [20, 20], finished: true) == .dump)
    }

    @Test("A finished run ends after its dump has been written")
    func ends() {
        var schedule = DumpSchedule(every: 5, forever: false)
        #expect(follow(&schedule, [20, 20], finished: true) == .dumpAndEnd)
        #expect(follow(&schedule, [20, 20], finished: true) == .end)
    }
}
