import Counts
import Sampling
import Testing
import Training

@Suite("The blocks that are due for exchange")
struct ExchangeScheduleTests {
    @Test("are those sampled in every n-th sweep, once", arguments: [1, 2, 3])
    func everySweeps(syncEvery: Int) {
        var schedule = ExchangeSchedule(blocks: 6, syncEvery: syncEvery)
        for sweep in 1...6 {
            schedule.stepEnded(sweep: sweep, blocks: [1, 4])
            schedule.stepEnded(sweep: sweep, blocks: [0])
            #expect(schedule.take() == (sweep % syncEvery == 0 ? [0, 1, 4] : []))
            #expect(schedule.take() == [])
        }
    }

    @Test("wait while an exchange is running, and do not accumulate")
    func waiting() {
        var schedule = ExchangeSchedule(blocks: 3, syncEvery: 1)
        for sweep in 1...5 { schedule.stepEnded(sweep: sweep, blocks: [2, 0]) }
        #expect(schedule.take() == [0, 2])
    }

    @Test("do not include blocks that are lent to a worker, which are due the next time")
    func away() {
        var schedule = ExchangeSchedule(blocks: 3, syncEvery: 1)
        schedule.stepEnded(sweep: 1, blocks: [0, 1])
        #expect(schedule.take { $0 != 1 } == [0])
        #expect(schedule.take() == [1])
    }

    @Test("alternate over at most two sweeps if exchanges take longer than their share of the time")
    func adapts() {
        var schedule = ExchangeSchedule(blocks: 8, syncEvery: 1, share: 0.1)
        func exchanged(in sweeps: ClosedRange<Int>) -> [[Int]] {
            sweeps.map { sweep in
                schedule.stepEnded(sweep: sweep, blocks: Array(0..<8))
                return schedule.take()
            }
        }
        #expect(exchanged(in: 1...1) == [Array(0..<8)])
        // 8 blocks in 0.08 s with sweeps of 0.4 s: every other sweep
        schedule.sweepEnded(seconds: 0.4, blocks: 8, exchangeSeconds: 0.08)
        #expect(schedule.period == 2)
        #expect(exchanged(in: 2...3) == [[0, 2, 4, 6], [1, 3, 5, 7]])
        for _ in 0..<100 { schedule.sweepEnded(seconds: 0.01, blocks: 8, exchangeSeconds: 0.08) }
        #expect(schedule.period == 2)
        #expect(exchanged(in: 4...5) == [[0, 2, 4, 6], [1, 3, 5, 7]])
        schedule.isSettling = true
        #expect(exchanged(in: 8...8) == [Array(0..<8)])
        schedule.isSettling = false
        for _ in 0..<100 { schedule.sweepEnded(seconds: 9, blocks: 0, exchangeSeconds: 0) }
        #expect(schedule.period == 1)
    }

    @Test("are none if there is no other shard")
    func alone() {
        var schedule = ExchangeSchedule(blocks: 3, syncEvery: nil)
        schedule.stepEnded(sweep: 1, blocks: [0, 1, 2])
        #expect(schedule.take() == [])
    }
}

@Suite("The rotation of blocks")
struct BlockRotationTests {
    private let tokens = (0..<40).map { $0 * $0 % 97 }

    @Test(
        "gives every core every block once per sweep, and never one block to two cores", arguments: [1, 2, 3, 16, 40])
    func fairness(cores: Int) {
        var rotation = BlockRotation(blockTokens: tokens, cores: cores, seed: 1, stream: 0)
        for _ in 0..<3 {
            rotation.beginSweep()
            for core in 0..<cores {
                let blocks = (0..<rotation.steps).flatMap { rotation.blocks(core: core, step: $0) }
                #expect(blocks.sorted() == Array(0..<40))
            }
            // They do not share a block either if some cores are one step ahead of the others.
            for step in 0..<rotation.steps - 1 {
                for ahead in 0..<cores {
                    let blocks = (0..<cores).flatMap { rotation.blocks(core: $0, step: $0 == ahead ? step + 1 : step) }
                    #expect(Set(blocks).count == blocks.count)
                }
            }
        }
    }

    @Test("distributes the tokens evenly, as far as single blocks allow")
    func balance() {
        let rotation = BlockRotation(blockTokens: tokens, cores: 1, seed: 1, stream: 0)
        let loads = rotation.groups.map { group in group.reduce(0) { $0 + tokens[$1] } }
        #expect(loads.max()! - loads.min()! <= tokens.max()!)
    }

    @Test("includes the steps of the next sweep, and its order differs between sweeps and shards")
    func order() {
        func orders(stream: UInt64) -> [[[Int]]] {
            var rotation = BlockRotation(blockTokens: tokens, cores: 1, seed: 1, stream: stream)
            return (0..<4).map { _ in
                let ahead = (0..<rotation.steps).map { rotation.blocks(core: 0, step: rotation.steps + $0) }
                rotation.beginSweep()
                let now = (0..<rotation.steps).map { rotation.blocks(core: 0, step: $0) }
                #expect(ahead == now)
                return now
            }
        }
        #expect(orders(stream: 0) == orders(stream: 0))
        #expect(Set(orders(stream: 0) + orders(stream: 1)).count == 8)
    }
}

@Suite("The totals that cores see within a sweep")
struct StepBarrierTests {
    /// Simulates a sweep, in random order, in which each core adds `change` to topic 0 in each step.
    /// - Returns: the totals that each core saw, step by step.
    private func seen(cores: Int, steps: Int, seed: UInt64) -> [[Int]] {
        var random = Xoshiro256(seed: seed, stream: 0)
        var totals = StepBarrier([1000], cores: cores, steps: steps)
        var seen = [[Int]](repeating: [], count: cores)
        var busy: Set<Int> = []
        while totals.ended < steps {
            for core in 0..<cores {
                guard let (step, view) = totals.begin(core: core) else { continue }
                #expect(!busy.contains(core) && step == seen[core].count && step - totals.ended <= 1)
                seen[core].append(view[0])
                busy.insert(core)
            }
            let core = busy.sorted()[random.next(below: busy.count)]
            busy.remove(core)
            let last = seen[core].last!
            totals.end(core: core, seen: [last], totals: [last + change(core, seen[core].count - 1)])
        }
        let all = (0..<cores).reduce(0) { sum, core in sum + (0..<steps).reduce(0) { $0 + change(core, $1) } }
        #expect(busy.isEmpty && totals.totals == [1000 + all])
        return seen
    }

    private func change(_ core: Int, _ step: Int) -> Int { (step * 7 + core * 3) % 11 - 5 }

    @Test("include the core's own changes, and those of others up to the step before the last", arguments: [1, 2, 5])
    func view(cores: Int) {
        for seed in 0..<20 as Range<UInt64> {
            for (core, views) in seen(cores: cores, steps: 9, seed: seed).enumerated() {
                for (step, view) in views.enumerated() {
                    let expected = (0..<cores).reduce(1000) { sum, other in
                        let known = other == core ? step : max(step - 1, 0)
                        return sum + (0..<known).reduce(0) { $0 + change(other, $1) }
                    }
                    #expect(view == expected)
                }
            }
        }
    }

    @Test("include changes from outside immediately")
    func shift() {
        var totals = StepBarrier([5, 0], cores: 2, steps: 4)
        totals.shift(by: [1, 2])
        #expect(totals.begin(core: 1)?.totals == [6, 2])
        #expect(totals.totals == [6, 2])
    }
}
