import Counts
import Testing
import Training

@Suite("What falls due for exchange")
struct ExchangeScheduleTests {
    @Test("is what was sampled in every n-th sweep, once", arguments: [1, 2, 3])
    func everySweeps(syncEvery: Int) {
        var schedule = ExchangeSchedule(blocks: 6, syncEvery: syncEvery)
        for sweep in 1...6 {
            schedule.stepEnded(sweep: sweep, blocks: [1, 4])
            schedule.stepEnded(sweep: sweep, blocks: [0])
            #expect(schedule.take() == (sweep % syncEvery == 0 ? [0, 1, 4] : []))
            #expect(schedule.take() == [])
        }
    }

    @Test("waits while the exchange is busy, and does not pile up")
    func waiting() {
        var schedule = ExchangeSchedule(blocks: 3, syncEvery: 1)
        for sweep in 1...5 { schedule.stepEnded(sweep: sweep, blocks: [2, 0]) }
        #expect(schedule.take() == [0, 2])
    }

    @Test("is nothing where there is nobody to exchange with")
    func alone() {
        var schedule = ExchangeSchedule(blocks: 3, syncEvery: nil)
        schedule.stepEnded(sweep: 1, blocks: [0, 1, 2])
        #expect(schedule.take() == [])
    }
}

@Suite("The rotation of blocks")
struct BlockRotationTests {
    private let tokens = (0..<40).map { $0 * $0 % 97 }

    @Test("gives every core every block once a sweep, and no two cores the same at once", arguments: [1, 2, 3, 16, 40])
    func fairness(cores: Int) {
        var rotation = BlockRotation(blockTokens: tokens, cores: cores, seed: 1, stream: 0)
        for _ in 0..<3 {
            rotation.beginSweep()
            for core in 0..<cores {
                let blocks = (0..<rotation.steps).flatMap { rotation.blocks(core: core, step: $0) }
                #expect(blocks.sorted() == Array(0..<40))
            }
            for step in 0..<rotation.steps {
                let blocks = (0..<cores).flatMap { rotation.blocks(core: $0, step: step) }
                #expect(Set(blocks).count == blocks.count)
            }
        }
    }

    @Test("deals the tokens out evenly, as far as single blocks allow")
    func balance() {
        let rotation = BlockRotation(blockTokens: tokens, cores: 1, seed: 1, stream: 0)
        let loads = rotation.groups.map { group in group.reduce(0) { $0 + tokens[$1] } }
        #expect(loads.max()! - loads.min()! <= tokens.max()!)
    }

    @Test("knows the next sweep's steps, and changes order from sweep to sweep and shard to shard")
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
