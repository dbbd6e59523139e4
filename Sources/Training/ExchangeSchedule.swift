/// Which blocks are to be exchanged next: a decision, no effect.
///
/// Every `syncEvery` sweeps each block falls due once, right after the step in which the first core had it; what is due is
/// handed to the exchange as soon as that is free. If the exchange is slower than the sweeps, blocks wait and are then
/// sent as they are at that time: nothing piles up.
package struct ExchangeSchedule: Sendable {
    private let syncEvery: Int?
    private var due: [Bool]

    package init(blocks: Int, syncEvery: Int?) {
        self.syncEvery = syncEvery
        due = Array(repeating: false, count: blocks)
    }

    /// A step of sweep `sweep` (from 1) has ended, in which `blocks` were sampled.
    package mutating func stepEnded(sweep: Int, blocks: [Int]) {
        guard let syncEvery, sweep.isMultiple(of: syncEvery) else { return }
        for block in blocks { due[block] = true }
    }

    /// The blocks to exchange now, of those that are due and at hand; they are no longer due.
    package mutating func take(where isAtHand: (Int) -> Bool = { _ in true }) -> [Int] {
        let blocks = due.indices.filter { due[$0] && isAtHand($0) }
        for block in blocks { due[block] = false }
        return blocks
    }
}
