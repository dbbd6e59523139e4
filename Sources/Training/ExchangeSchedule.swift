/// Decides which blocks to exchange next. It has no side effects.
///
/// Each block becomes due once every `period` sweeps, right after the step in which the first core sampled it. The
/// blocks are spread over the sweeps of a period. Due blocks are submitted as soon as the previous exchange has ended.
/// If exchanges are slower than sweeps, a block stays due, and is sent once with its counts at that time.
///
/// The period is `syncEvery`, unless a `share` is given. Then it adapts to the duration of sweeps and exchanges,
/// because an exchange after every short sweep costs more time than it gains: the exchange of all blocks may take at
/// most that share of the time of the sweeps of a period, up to `longestPeriod`. (With four shards of a corpus of
/// 400,000 tokens and 50 topics, periods of at most 8, 4, 2 and 1 gave perplexities 1.5, 0.4, 0.6 and -0.6 percent
/// above that of one process, and took 1.84, 1.83, 1.83 and 2.73 times its processor time. These are one or two runs
/// each, which differ by about 1 percent; the last had 20 settling sweeps instead of 60.)
package struct ExchangeSchedule: Sendable {
    /// The default share of the time of the sweeps that exchanges may take (docs/pace.md has the measurements).
    package static let defaultShare = 0.1
    private static let longestPeriod = 2
    /// The weight of the latest sweep in the moving averages of the times of sweeps and exchanges.
    private static let weight = 0.25

    private let syncEvery: Int?
    private let share: Double?
    private var due: [Bool]
    /// Whether blocks are exchanged every `syncEvery` sweeps, regardless of the share.
    package var isSettling = false
    /// The number of sweeps from one exchange of a block to the next.
    package var period: Int { isSettling ? syncEvery ?? 1 : usualPeriod }
    private var usualPeriod: Int
    /// The average seconds of a sweep, and of the exchange of one block; nil until measured.
    private var sweepSeconds: Double?
    private var blockSeconds: Double?

    /// - Parameters:
    ///   - syncEvery: nil means that no block is ever due.
    ///   - share: nil means that the period is always `syncEvery`.
    package init(blocks: Int, syncEvery: Int?, share: Double? = nil) {
        self.syncEvery = syncEvery
        self.share = share
        usualPeriod = syncEvery ?? 1
        due = Array(repeating: false, count: blocks)
    }

    /// Records the end of a step of sweep `sweep` (from 1), in which `blocks` were sampled.
    package mutating func stepEnded(sweep: Int, blocks: [Int]) {
        guard let syncEvery else { return }
        // With a fixed period all blocks are due in the same sweep.
        for block in blocks where (sweep + (period > syncEvery ? block : 0)).isMultiple(of: period) {
            due[block] = true
        }
    }

    /// Records the end of a sweep that took `seconds`, during which `blocks` blocks were exchanged in `exchangeSeconds`.
    package mutating func sweepEnded(seconds: Double, blocks: Int, exchangeSeconds: Double) {
        guard let syncEvery, let share else { return }
        func mean(_ old: Double?, _ new: Double) -> Double { old.map { $0 + (new - $0) * Self.weight } ?? new }
        sweepSeconds = mean(sweepSeconds, seconds)
        if blocks > 0 { blockSeconds = mean(blockSeconds, exchangeSeconds / Double(blocks)) }
        guard let sweepSeconds, let blockSeconds, sweepSeconds > 0 else { return }
        let wanted = blockSeconds * Double(due.count) / (share * sweepSeconds)
        usualPeriod = max(syncEvery, Int(min(wanted, Double(Self.longestPeriod)).rounded(.up)))
    }

    /// Returns the due blocks for which `isAtHand` holds, to be exchanged now. They are then no longer due.
    package mutating func take(where isAtHand: (Int) -> Bool = { _ in true }) -> [Int] {
        let blocks = due.indices.filter { due[$0] && isAtHand($0) }
        for block in blocks { due[block] = false }
        return blocks
    }
}
