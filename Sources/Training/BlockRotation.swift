/// Who samples which blocks when: a sweep is `steps` steps, and in each every core has a group of blocks to itself, so
/// that no two cores ever touch the same rows. In step s core c has group (c + s) mod steps; after all steps every core
/// has had every group once.
///
/// Blocks are dealt to groups by their tokens, the largest first to the group that has least (Graham 1969), so that the
/// cores of a step end at about the same time. The same corpus and cores give the same groups.
package struct BlockRotation: Sendable, Equatable {
    /// At least this many steps a sweep: exchanges start and end between steps.
    private static let minSteps = 4

    package let groups: [[Int]]

    /// - Parameter blockTokens: the tokens of each block, all cores together.
    package init(blockTokens: [Int], cores: Int) {
        var groups = [[Int]](repeating: [], count: max(cores, Self.minSteps))
        var loads = [Int](repeating: 0, count: groups.count)
        for block in blockTokens.indices.sorted(by: { (blockTokens[$0], $1) > (blockTokens[$1], $0) }) {
            let group = loads.indices.min { (loads[$0], groups[$0].count) < (loads[$1], groups[$1].count) }!
            groups[group].append(block)
            loads[group] += blockTokens[block]
        }
        self.groups = groups.map { $0.sorted() }
    }

    package var steps: Int { groups.count }

    /// The blocks of core `core` in step `step`.
    package func blocks(core: Int, step: Int) -> [Int] {
        groups[(core + step) % steps]
    }
}
