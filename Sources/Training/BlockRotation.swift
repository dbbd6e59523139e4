import Sampling

/// Who samples which blocks when: a sweep is `steps` steps, and in each every core has a group of blocks to itself, so
/// that no two cores ever touch the same rows. In step s core c of C has the group at place (c steps / C + s) mod steps;
/// after all steps every core has had every group once. A group comes to a core two steps or more after the core before
/// has had it: so a core that is early may begin its next step before the others have ended this one (`SweepTotals`).
///
/// The order of the groups changes with every sweep, and each shard has its own (a function of seed, shard and sweep, so that
/// a chain can go on anywhere): shards that start together and run at the same speed would else sample the same words at the same time, each on the other's counts of a sweep ago. Rare
/// words then never settle (with two shards of 20 Newsgroups the log-likelihood stayed 0.17 a token lower).
///
/// Blocks are dealt to groups by their tokens, the largest first to the group that has least (Graham 1969), so that the
/// cores end a step at about the same time. The same corpus and cores give the same groups.
package struct BlockRotation: Sendable, Equatable {
    /// At least this many steps a sweep: exchanges start and end between steps, so the view of the others is about a
    /// step old.
    private static let minSteps = 16

    package let groups: [[Int]]
    private let cores: Int
    /// The groups in the order of this sweep, then in that of the next.
    private var order: [Int]
    /// The sweep that comes after those.
    private var sweep: Int
    private let seed: UInt64

    /// - Parameters:
    ///   - blockTokens: the tokens of each block, all cores together.
    ///   - stream: what sets this shard's order apart.
    ///   - sweep: the sweeps that have begun already.
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

    /// The blocks of core `core` in step `step` of this sweep, or from `steps` on of the next.
    package func blocks(core: Int, step: Int) -> [Int] {
        let (sweep, step) = step.quotientAndRemainder(dividingBy: steps)
        return groups[order[sweep * steps + (core * steps / cores + step) % steps]]
    }

    /// The next sweep begins.
    package mutating func beginSweep() {
        order.removeFirst(steps)
        appendOrder()
    }

    /// One more order, by chance (Fisher, Yates 1938).
    private mutating func appendOrder() {
        var random = Xoshiro256(seed: seed, stream: UInt64(sweep))
        sweep += 1
        var next = Array(groups.indices)
        for last in next.indices.dropFirst().reversed() { next.swapAt(last, random.next(below: last + 1)) }
        order += next
    }
}
