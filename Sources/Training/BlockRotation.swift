import Sampling

/// The schedule of blocks and cores in a sweep. A sweep has `steps` steps, and in each step every core has a group of
/// blocks of its own, so that no two cores ever access the same rows. In step s, core c of C has the group at place
/// (c steps / C + s) mod steps; after all steps every core has had every group once. A group passes to the next core at
/// least two steps after the previous core has had it, so a core that is early may begin its next step before the
/// others have ended the current one (`StepBarrier`).
///
/// The order of the groups changes with every sweep and differs between shards. It is a function of seed, shard and
/// sweep, so that a chain can be continued from any sweep. Otherwise, shards that start together and run at the same
/// speed would sample the same words at the same time, each with the other's counts of the previous sweep. Rare words
/// would then never converge (with two shards of 20 Newsgroups, the log-likelihood remained 0.17 per token lower).
///
/// Blocks are assigned to groups by their tokens, the largest block first to the group with the fewest tokens (Graham
/// 1969), so that the cores end a step at about the same time. The same corpus and number of cores give the same
/// groups.
package struct BlockRotation: Sendable, Equatable {
    /// The smallest number of steps in a sweep. Exchanges start and end between steps, so the view of the other shards
    /// is about one step old.
    private static let minSteps = 16

    package let groups: [[Int]]
    private let cores: Int
    /// The groups in the order of this sweep, followed by the groups in the order of the next sweep.
    private var order: [Int]
    /// The number of the sweep whose order is generated next.
    private var sweep: Int
    private let seed: UInt64

    /// - Parameters:
    ///   - blockTokens: the tokens of each block, summed over all cores.
    ///   - stream: a number that makes this shard's order differ from that of other shards.
    ///   - sweep: the number of sweeps that have already begun.
    package init(blockTokens: [Int], cores: Int, seed: UInt64, stream: UInt64, sweep: Int = 0) {
        self.cores = cores
        var groups = [[Int]](repeating: [], count: max(cores * 2, Self.minSteps))
        var loads = [Int](repeating: 0, count: groups.count)
        for block in blockTokens.indices.sorted(by: { (blockTokens[$0], $1) > (blockTokens[$1], $0) }) {
            let group = loads.indices.min { (loads[$0], groups[$0].count) < (loads[$1], groups[$1].count) }!
            groups[group].append(block)
            loads[group] += blockTokens[block]
        }
        self.groups = groups.map { $0.sorted() }
        order = []
        var random = Xoshiro256(seed: seed, stream: ~stream)
        self.seed = random.next()
        self.sweep = sweep
        appendOrder()
        appendOrder()
    }

    package var steps: Int { groups.count }

    /// Returns the blocks of core `core` in step `step` of this sweep. Steps from `steps` on belong to the next sweep.
    package func blocks(core: Int, step: Int) -> [Int] {
        let (sweep, step) = step.quotientAndRemainder(dividingBy: steps)
        return groups[order[sweep * steps + (core * steps / cores + step) % steps]]
    }

    /// Begins the next sweep.
    package mutating func beginSweep() {
        order.removeFirst(steps)
        appendOrder()
    }

    /// Appends the order of one more sweep, a random permutation (Fisher, Yates 1938).
    private mutating func appendOrder() {
        var random = Xoshiro256(seed: seed, stream: UInt64(sweep))
        sweep += 1
        var next = Array(groups.indices)
        for last in next.indices.dropFirst().reversed() { next.swapAt(last, random.next(below: last + 1)) }
        order += next
    }
}
