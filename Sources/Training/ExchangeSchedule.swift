/// Which blocks are to be exchanged next: a decision, no effect.
///
/// Every `period` sweeps each block falls due once, right after the step in which the first core had it; the blocks
/// take turns, so that each sweep has its share of them. What is due is handed to the exchange as soon as that is
/// free. If the exchange is slower than the sweeps, blocks wait and are then sent as they are at that time: nothing
/// piles up.
///
/// The period is `syncEvery`, or, with a `share`, adapts to how long sweeps and exchanges take: where a sweep is
/// short, an exchange after each costs more time than it is worth. Then the exchange of all blocks may take no more
/// than that share of the sweeps between two of them, up to `longestPeriod`. (With four shards of a corpus of 400,000
/// tokens, 50 topics, periods of at most 8, 4, 2 and 1 ended 1.5, 0.4, 0.6 and -0.6 percent above the perplexity of
/// one process, and took 1.84, 1.83, 1.83 and 2.73 times its processor time: one or two runs each, which differ by
/// about 1 percent, the last with 20 settling sweeps instead of 60.)
package struct ExchangeSchedule: Sendable {
    /// The share of the time of the sweeps that exchanges may take (docs/pace.md has what comes of it).
    package static let defaultShare = 0.1
    private static let longestPeriod = 2
    /// Weight of the latest sweep in what is known of the time of sweeps and exchanges.
    private static let weight = 0.25

    private let syncEvery: Int?
    private let share: Double?
    private var due: [Bool]
    /// Whether every sweep exchanges all blocks, whatever it costs.
    package var isSettling = false
    /// Sweeps from one exchange of a block to the next.
    package var period: Int { isSettling ? syncEvery ?? 1 : usualPeriod }
    private var usualPeriod: Int
    /// Seconds of a sweep, and of an exchange of one block; nil until known.
    private var sweepSeconds: Double?
    private var blockSeconds: Double?

    /// - Parameters:
    ///   - syncEvery: nil: no block is ever due.
    ///   - share: nil: the period is always `syncEvery`.
    package init(blocks: Int, syncEvery: Int?, share: Double? = nil) {
        self.syncEvery = syncEvery
        self.share = share
        usualPeriod = syncEvery ?? 1
        due = Array(repeating: false, count: blocks)
    }

    /// A step of sweep `sweep` (from 1) has ended, in which `blocks` were sampled.
    package mutating func stepEnded(sweep: Int, blocks: [Int]) {
        guard let syncEvery else { return }
        // With a fixed period all blocks have the same turn.
        for block in blocks where (sweep + (period > syncEvery ? block : 0)).isMultiple(of: period) {
            due[block] = true
        }
    }

    /// A sweep has ended that took `seconds`, beside exchanges of `blocks` blocks in `exchangeSeconds`.
    package mutating func sweepEnded(seconds: Double, blocks: Int, exchangeSeconds: Double) {
        guard let syncEvery, let share else { return }
        func mean(_ old: Double?, _ new: Double) -> Double { old.map { $0 + (new - $0) * Self.weight } ?? new }
        sweepSeconds = mean(sweepSeconds, seconds)
        if blocks > 0 { blockSeconds = mean(blockSeconds, exchangeSeconds / Double(blocks)) }
        guard let sweepSeconds, let blockSeconds, sweepSeconds > 0 else { return }
        let wanted = blockSeconds * Double(due.count) / (share * sweepSeconds)
        usualPeriod = max(syncEvery, Int(min(wanted, Double(Self.longestPeriod)).rounded(.up)))
    }

    /// The blocks to exchange now, of those that are due and at hand; they are no longer due.
    package mutating func take(where isAtHand: (Int) -> Bool = { _ in true }) -> [Int] {
        let blocks = due.indices.filter { due[$0] && isAtHand($0) }
        for block in blocks { due[block] = false }
        return blocks
    }
}
