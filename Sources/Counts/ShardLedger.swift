/// One shard's side of the ledger. It replaces the shard's contribution to blocks and reads the counts of the others.
///
/// A contribution is always replaced as a whole, and the store changes the total in the same step: total' =
/// (total - old) + own. The store determines what "old" is. The ledger uses its own copy only if the tag stored with
/// the contribution is the one that it wrote last, and the store accepts the write only if that tag is unchanged. So a
/// lost reply, a repeated write, a restart, or a store that was rolled back or emptied costs at most another round;
/// nothing can be counted twice.
///
/// The total is changed in one of two ways (see `CountStore`). *Replacing* it costs the bytes of the total, and is
/// refused if another shard has replaced it first. *Appending* the difference between own and old costs fewer bytes
/// where many shards share the block, and other shards cannot prevent it, but it makes later reads longer. A shard
/// appends after one refusal, or after two of its first contribution. As long as few replacements are refused, every
/// write is a replacement, which is cheapest for up to about 16 shards (docs/capacity.md). When more than `tolerance`
/// of them are refused, a total is replaced only when the square of the bytes appended to it exceeds twice (bytes of
/// its rows) x (bytes of a change), and only by a quarter of the shards (`hasTurn`). Between two replacements the
/// appended changes are read as often as they are written, and the sum of both costs is least at that threshold.
///
/// Memory: a copy of the rows sent last, which shares its storage with the sampler's rows as long as those do not
/// change, and two row numbers for each word. (In simulations, variants without the comparisons, the tag or the random
/// version all fail: see `LedgerSimulationTests`.)
package struct ShardLedger: Sendable {
    /// What is known about a block since the last successful write.
    private struct Memory {
        var tag: ContributionTag?
        /// The rows sent last, one for each own word.
        var sent = SparseRows()
        var words: WordList.Identity?
        /// The rows of the own words in the store.
        var places = RowPlaces([], count: 0)
        /// The number of exchanges since the whole word list was last read.
        var exchangesUnseen = 0
        /// The number of writes refused since the last one that was stored.
        var refusals = 0
        var looksAtWords: Bool { exchangesUnseen >= looksAtWordsEvery }
    }

    /// The word list is read and checked in one of this many exchanges. This finds a word list that is damaged
    /// although the identity stored with it is intact.
    private static let looksAtWordsEvery = 8

    package let shard: Int
    package var generation: Generation
    /// The number of columns of every row.
    package let columns: Int
    private let words: @Sendable (_ block: Int) -> [[UInt8]]
    private var memories: [Memory]
    /// The number of writes that were stored, and of those refused because the block had changed.
    package private(set) var writes = (stored: 0, refused: 0)

    /// The share of replacements that were refused recently: a moving average.
    private var contention = 0.0
    /// The weight of the latest replacements in `contention`.
    private static let weight = 0.1
    private static let tolerance = 0.1

    /// - Parameter words: returns the shard's own words in a block, in the order of the rows passed to `exchange`.
    package init(
        shard: Int, generation: Generation, columns: Int, blocks: Int,
        words: @escaping @Sendable (_ block: Int) -> [[UInt8]]
    ) {
        self.shard = shard
        self.generation = generation
        self.columns = columns
        self.words = words
        memories = Array(repeating: Memory(), count: blocks)
    }

    /// The number of blocks read and written together: enough to hide the network latency, few enough to limit memory.
    package static let window = 32

    /// Replaces the shard's contribution to each of the blocks with `own`, and reads the blocks of `ahead` in the same
    /// calls, so that reading them does not take additional calls.
    ///
    /// - Parameters:
    ///   - sweep: the number of sweeps done when `own` was taken.
    ///   - ahead: the blocks to `look(at:)`; those in `own` are skipped.
    /// - Returns: the blocks that were only read, then those that were exchanged. A block that was refused `attempts`
    ///   times is left out, and must be passed to the next call.
    package mutating func exchange(
        _ own: [OwnRows], sweep: Int, lookingAt ahead: [Int] = [], with store: any CountStore, attempts: Int = 8
    ) throws(CountStoreError) -> [OthersRows] {
        var (seen, exchanged): ([OthersRows], [OthersRows]) = ([], [])
        exchanged.reserveCapacity(own.count)
        let ownBlocks = Set(own.map(\.block))
        var ahead = ahead.filter { !ownBlocks.contains($0) }[...]
        for first in stride(from: 0, to: own.count, by: Self.window) {
            var open = Array(own[first..<min(first + Self.window, own.count)])
            var attempt = 0
            while !open.isEmpty, attempt < attempts {
                let beside = ahead.prefix(Self.window)
                ahead = ahead.dropFirst(beside.count)
                let states = try store.read(open.map { request($0.block) } + beside.map(request))
                for (block, state) in zip(beside, states.dropFirst(open.count)) {
                    if let others = try others(in: block, as: state) { seen.append(others) }
                }
                var (plans, damaged) = ([Plan](), [OwnRows]())
                for (rows, state) in zip(open, states) {
                    if let plan = try plan(rows, state, sweep: sweep) {
                        plans.append(plan)
                    } else {
                        damaged.append(rows)
                    }
                }
                open = try write(plans, to: store, &exchanged)
                // Write each block as soon as it has been read. Recovering all of them first would take so long that
                // other shards, which have less to do, would change them again in the meantime, and a shard that has
                // lost all its blocks would rarely succeed.
                for rows in damaged {
                    open += try write([try recover(rows, sweep: sweep, store: store)], to: store, &exchanged)
                }
                attempt += 1
            }
        }
        return try look(at: Array(ahead), in: store) + seen + exchanged
    }

    /// Reads the current counts of the other shards in the given blocks: an exchange without the write.
    ///
    /// A block in which the store does not hold what this ledger wrote last, or whose words have changed, is left out.
    /// The next exchange handles it.
    package func look(at blocks: [Int], in store: any CountStore) throws(CountStoreError) -> [OthersRows] {
        var seen: [OthersRows] = []
        for first in stride(from: 0, to: blocks.count, by: Self.window) {
            let window = blocks[first..<min(first + Self.window, blocks.count)]
            let states = try store.read(window.map(request))
            for (block, state) in zip(window, states) {
                if let others = try others(in: block, as: state) { seen.append(others) }
            }
        }
        return seen
    }

    /// Returns the counts of the other shards in a block that is only read; nil if `look` leaves it out.
    private func others(in block: Int, as state: BlockState) throws(CountStoreError) -> OthersRows? {
        let memory = memories[block]
        if let tag = state.tag, generation.isSuperseded(by: tag.generation) { throw .superseded(shard: shard) }
        guard state.tag != nil, state.tag == memory.tag, state.wordsIdentity == memory.words, let total = state.total,
            let others = PackedTotal(total, columns: columns)?.subtracting(
                PlacedRows(memory.sent, at: memory.places), rows: memory.places.count, columns: columns)
        else { return nil }
        return OthersRows(block: block, rows: others, places: memory.places)
    }

    /// Returns the blocks in which the store does not hold what this ledger wrote last.
    ///
    /// - Parameter comparingCounts: whether to read the contributions and to compare every byte, instead of only the
    ///   tags. This finds contributions that were damaged in the store.
    package func lostBlocks(
        in store: any CountStore, comparingCounts: Bool = false
    ) throws(CountStoreError) -> [Int] {
        let tags = try store.tags(ofShard: shard, blocks: memories.indices)
        if tags.contains(where: { $0.map { generation.isSuperseded(by: $0.generation) } ?? false }) {
            throw .superseded(shard: shard)
        }
        var lost = memories.indices.filter { tags[$0] == nil || tags[$0] != memories[$0].tag }
        guard comparingCounts else { return lost }
        let kept = memories.indices.filter { !lost.contains($0) }
        for first in stride(from: 0, to: kept.count, by: Self.window) {
            let window = kept[first..<min(first + Self.window, kept.count)]
            let states = try store.read(
                window.map { BlockRequest(block: $0, shard: shard, knownWords: memories[$0].words) })
            for (block, state) in zip(window, states) {
                let memory = memories[block]
                let sent = PackedRows.pack(PlacedRows(memory.sent, at: memory.places), columns: columns)
                if state.tag != memory.tag || state.contribution != sent { lost.append(block) }
            }
        }
        return lost
    }

    private func request(_ block: Int) -> BlockRequest {
        let memory = memories[block]
        return BlockRequest(
            block: block, shard: shard, knownTag: memory.tag,
            knownWords: memory.looksAtWords ? nil : memory.words)
    }

    private struct Plan {
        var own: OwnRows
        var write: BlockWrite
        var others: OthersRows
        /// The memory of the block after the write.
        var memory: Memory
    }

    /// Carries out plans. Returns the rows whose write was refused because of a conflict.
    private mutating func write(
        _ plans: [Plan], to store: any CountStore, _ exchanged: inout [OthersRows]
    ) throws(CountStoreError) -> [OwnRows] {
        var conflicts: [OwnRows] = []
        var replacements = (all: 0, refused: 0)
        defer {
            if replacements.all > 0 {
                contention += (Double(replacements.refused) / Double(replacements.all) - contention) * Self.weight
            }
        }
        for (plan, outcome) in zip(plans, try store.write(plans.map(\.write))) {
            if case .replace = plan.write.change { replacements.all += 1 }
            switch outcome {
            case .stored:
                memories[plan.own.block] = plan.memory
                writes.stored += 1
                exchanged.append(plan.others)
            case .conflict:
                if case .replace = plan.write.change { replacements.refused += 1 }
                memories[plan.own.block].refusals += 1
                writes.refused += 1
                conflicts.append(plan.own)
            case .superseded: throw .superseded(shard: shard)
            }
        }
        return conflicts
    }

    /// Returns what to write over `state`; nil if the state is damaged and needs `recover`.
    private func plan(_ own: OwnRows, _ state: BlockState, sweep: Int) throws(CountStoreError) -> Plan? {
        if let tag = state.tag, generation.isSuperseded(by: tag.generation) { throw .superseded(shard: shard) }
        var memory = memories[own.block]
        var grown: [UInt8]?
        if state.wordsIdentity == nil || state.wordsIdentity != memory.words {
            memory.exchangesUnseen = 0
            guard let list = list(in: state) else { return try startOver(own, state, sweep: sweep) }
            grown = learn(list, block: own.block, &memory)
        } else if memory.looksAtWords {
            memory.exchangesUnseen = 0
            guard hasWholeWords(state) else { return try startOver(own, state, sweep: sweep) }
        }
        let mine = PlacedRows(own.rows, at: memory.places)
        guard let old = old(in: state, memory) else { return nil }
        guard state.version != nil else {
            guard old.rows.cells == 0 else { return nil }
            let sums = try joining(mine, to: SparseRows(), block: own.block)
            return plan(own, mine, .replace(sums.total), sums.others, basis: state, grown, memory, sweep: sweep)
        }
        guard let total = state.total.flatMap({ PackedTotal($0, columns: columns) }) else { return nil }
        // A first contribution is long, and it is often refused because of the first contribution of another shard.
        if memory.refusals < (memory.tag == nil ? 2 : 1),
            contention < Self.tolerance
                || hasTurn(own.block, sweep) && Self.isReplacementDue(total, changeBytes: 2 * mine.rows.cells)
        {
            return total.replacing(old, by: mine, columns: columns).map {
                plan(own, mine, .replace($0.total), $0.others, basis: state, grown, memory, sweep: sweep)
            }
        }
        return total.subtracting(old, rows: memory.places.count, columns: columns).map {
            plan(own, mine, .append(old), $0, basis: state, grown, memory, sweep: sweep)
        }
    }

    /// Returns whether this shard is among the quarter of all shards that may replace the total of a block under
    /// contention. The quarter changes with each sweep. Otherwise all shards that find a total long enough would
    /// replace it at once, and all except one would be refused.
    private func hasTurn(_ block: Int, _ sweep: Int) -> Bool { (shard &+ sweep &+ block).isMultiple(of: 4) }

    /// - Parameter changeBytes: the approximate size of a change of this shard: two bytes for each of its cells.
    private static func isReplacementDue(_ total: PackedTotal, changeBytes: Int) -> Bool {
        let appended = Double(total.changeBytes + changeBytes)
        return appended * appended >= 2 * Double(total.rows.count) * Double(changeBytes)
    }

    private enum Change {
        /// Replaces the total by these packed rows.
        case replace([UInt8])
        case startOver([UInt8])
        /// Appends the difference between the new rows and these, which the store has as ours.
        case append(PlacedRows)
    }

    private func plan(
        _ own: OwnRows, _ mine: PlacedRows, _ change: Change, _ others: SparseRows, basis state: BlockState,
        _ words: [UInt8]?, _ known: Memory, sweep: Int
    ) -> Plan {
        let tag = ContributionTag(generation: generation, sweep: sweep)
        var memory = known
        memory.tag = tag
        memory.sent = mine.rows
        memory.exchangesUnseen += 1
        memory.refusals = 0
        let written: BlockWrite.Change =
            switch change {
            case .replace(let rows): .replace(PackedTotal.bytes(rows: rows), version: .unique())
            case .startOver(let rows): .startOver(PackedTotal.bytes(rows: rows), version: .unique())
            case .append(let old):
                .append(
                    PackedTotal.bytes(change: PackedChange.pack(from: old, to: mine, columns: columns, mark: tag.nonce))
                )
            }
        // To check all exchanges instead of a quarter would take a quarter of the time of the simulation.
        assert(
            !(own.block &+ sweep).isMultiple(of: 4)
                || written.isSum(of: mine, and: others, over: state.total, columns: columns),
            "the total is not the sum of own and other rows")
        let write = BlockWrite(
            block: own.block, shard: shard, basis: BlockBasis(state), change: written,
            contribution: PackedRows.pack(mine, columns: columns), tag: tag, words: words)
        return Plan(
            own: own, write: write, others: OthersRows(block: own.block, rows: others, places: memory.places),
            memory: memory)
    }

    /// Returns the word list in the store; nil if it is damaged.
    private func list(in state: BlockState) -> WordList? {
        if state.wordsIdentity == nil, state.words == nil { return WordList() }
        return hasWholeWords(state) ? state.words.flatMap { WordList(packed: $0) } : nil
    }

    /// Whether the store has a word list and it matches its identity.
    private func hasWholeWords(_ state: BlockState) -> Bool {
        guard let identity = state.wordsIdentity, let words = state.words else { return false }
        return WordList.Identity(ofPacked: words) == identity
    }

    /// Finds the own words in `list`, and appends those that are missing. Returns the packed list if it has grown.
    private func learn(_ list: WordList, block: Int, _ memory: inout Memory) -> [UInt8]? {
        var list = list
        var rowOf: [[UInt8]: Int] = [:]
        for (row, word) in list.words.enumerated() { rowOf[word] = row }
        let before = list.count
        let places = words(block).map { word in
            if let row = rowOf[word] { return row }
            list.append(word)
            return list.count - 1
        }
        memory.places = RowPlaces(places, count: list.count)
        let packed = list.packed()
        memory.words = WordList.Identity(ofPacked: packed)
        return list.count > before || before == 0 ? packed : nil
    }

    /// Returns the rows stored as ours; nil if they or their tag are damaged, or if both are missing although the block
    /// still exists.
    private func old(in state: BlockState, _ memory: Memory) -> PlacedRows? {
        guard let tag = state.tag else {
            let isNew = memory.tag == nil || state.version == nil
            return isNew && state.contribution == nil ? PlacedRows(inOrder: SparseRows()) : nil
        }
        if tag == memory.tag { return PlacedRows(memory.sent, at: memory.places) }
        return state.contribution.flatMap { unpack($0, memory) }.map { PlacedRows(inOrder: $0) }
    }

    private func unpack(_ bytes: [UInt8], _ memory: Memory) -> SparseRows? {
        PackedRows.unpack(bytes, columns: columns).flatMap { $0.count <= memory.places.count ? $0 : nil }
    }

    /// Recomputes the others' rows from their contributions, when the total is damaged or does not contain the rows
    /// stored as ours. A contribution that does not decode is left out; its owner then finds its counts missing and
    /// recovers the block too.
    private func recover(
        _ own: OwnRows, sweep: Int, store: any CountStore
    ) throws(CountStoreError) -> Plan {
        let record = try store.records(of: own.block..<own.block + 1)[0]
        let state = BlockState(
            version: record.version, total: record.total, tag: record.tags[shard], wordsIdentity: record.wordsIdentity,
            words: record.words)
        guard let list = list(in: state) else { return try startOver(own, state, sweep: sweep) }
        var memory = memories[own.block]
        memory.exchangesUnseen = 0
        let grown = learn(list, block: own.block, &memory)
        var others = SparseRows(emptyRows: memory.places.count)
        for (shard, bytes) in record.contributions where shard != self.shard {
            guard let rows = unpack(bytes, memory) else { continue }
            guard let sum = others.adding(rows) else { throw .overflow(block: own.block) }
            others = sum
        }
        let mine = PlacedRows(own.rows, at: memory.places)
        let sums = try joining(mine, to: others, block: own.block)
        return plan(own, mine, .replace(sums.total), sums.others, basis: state, grown, memory, sweep: sweep)
    }

    /// Rebuilds a block from our own rows alone, when the word list is damaged, so that the stored rows cannot be
    /// assigned to words. The other shards find that their tags are missing and write their counts again.
    private func startOver(_ own: OwnRows, _ state: BlockState, sweep: Int) throws(CountStoreError) -> Plan {
        var memory = Memory()
        let words = learn(WordList(), block: own.block, &memory)
        let mine = PlacedRows(own.rows, at: memory.places)
        let sums = try joining(mine, to: SparseRows(), block: own.block)
        return plan(own, mine, .startOver(sums.total), sums.others, basis: state, words, memory, sweep: sweep)
    }

    private func joining(
        _ mine: PlacedRows, to others: SparseRows, block: Int
    ) throws(CountStoreError) -> (others: SparseRows, total: [UInt8]) {
        let sums = PackedRows.replacing(
            PlacedRows(inOrder: SparseRows()), by: mine, in: PackedRows.pack(others, columns: columns), columns: columns
        )
        guard let sums else { throw .overflow(block: block) }
        return sums
    }
}
