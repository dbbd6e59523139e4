/// One shard's side of the ledger: it replaces the shard's contribution to blocks, and learns what the others hold.
///
/// A contribution is replaced whole, and the total is changed with it in the same step of the store: total' = (total
/// - old) + own. What "old" is, the store is asked: only if the tag beside the contribution is the one this ledger
/// wrote last does it trust its memory, and only over that tag does the store accept the write. So a reply lost, a
/// write done twice, a restart, a store rolled back or emptied cost at most another round; they cannot count anything
/// twice.
///
/// The total is changed in one of two ways (see `CountStore`). *Replacing* it costs the bytes of the total, and
/// another shard's replacement can come first. *Appending* the difference of own and old costs fewer bytes where many
/// shards share the block, cannot be forestalled, and makes later reads longer. After a refusal, or two of its first
/// contribution, a shard appends. As long as few replacements are refused, every write is one, which is cheapest for
/// up to some 16 shards (docs/capacity.md). When more than `tolerance` of them are, a total is replaced only when the
/// square of the bytes appended to it exceeds twice (bytes of its rows) x (bytes of a change): between two
/// replacements the appended changes are read as often as they are written, and the sum is least there.
///
/// Memory: a copy of the rows sent last, shared with the sampler's as long as those do not change, and two row numbers
/// for each word. (Checked by simulation against variants without the comparisons, the tag or the random version, which
/// all fail: see `LedgerSimulationTests`.)
package struct ShardLedger: Sendable {
    /// What is known of a block since the last successful write.
    private struct Memory {
        var tag: ContributionTag?
        /// What was sent, a row for each own word.
        var sent = SparseRows()
        var words: WordList.Identity?
        /// Where the own words stand in the store.
        var places = RowPlaces([], count: 0)
        /// Exchanges since the word list was last seen whole.
        var exchangesUnseen = 0
        /// Writes refused since the last that was stored.
        var refusals = 0
        var looksAtWords: Bool { exchangesUnseen >= looksAtWordsEvery }
    }

    /// A word list that is damaged in the store, its identity beside it intact, is found after so many exchanges.
    private static let looksAtWordsEvery = 8

    package let shard: Int
    package var generation: Generation
    /// The number of columns of every row.
    package let columns: Int
    private let words: @Sendable (_ block: Int) -> [[UInt8]]
    private var memories: [Memory]
    /// Writes that the store has done, and those it has refused because the block had changed.
    package private(set) var writes = (stored: 0, refused: 0)

    /// The share of replacements that were refused lately, the latest exchange with this weight.
    private var contention = 0.0
    private static let weight = 0.1
    private static let tolerance = 0.1

    /// - Parameter words: the shard's own words in a block, in the order of the rows it will hand over.
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

    /// A shard's own counts in a block: one row for each of its words there.
    package struct OwnRows: Sendable {
        package var block: Int
        package var rows: SparseRows

        package init(block: Int, rows: SparseRows) {
            self.block = block
            self.rows = rows
        }
    }

    /// What all other shards hold in a block.
    package struct OthersRows: Sendable, Equatable {
        package var block: Int
        /// One row for each word of the block, of all shards.
        package var rows: SparseRows
        /// Which of them the own words are.
        package var places: RowPlaces

        package init(block: Int, rows: SparseRows, places: RowPlaces) {
            self.block = block
            self.rows = rows
            self.places = places
        }
    }

    /// Blocks read and written together: enough to hide the way to the server, few enough to bound memory.
    package static let window = 32

    /// Replaces the shard's contribution to each of the blocks by `own`, and has a look at other blocks on the way:
    /// they are asked for together with the first, so that a look takes the server no call of its own.
    ///
    /// - Parameters:
    ///   - sweep: the sweeps done when `own` was taken.
    ///   - ahead: blocks to `look(at:)`; those of `own` are passed over.
    /// - Returns: the blocks that were looked at, then those that were exchanged. A block that was refused `attempts`
    ///   times is left out: the next call tries it again.
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
                // Each is written as soon as it has been read: together they would take so long that others, who have
                // less to do, had changed them again, and a shard that has lost everything would hardly get back in.
                for rows in damaged {
                    open += try write([try recover(rows, sweep: sweep, store: store)], to: store, &exchanged)
                }
                attempt += 1
            }
        }
        return try look(at: Array(ahead), in: store) + seen + exchanged
    }

    /// What the others hold in the blocks named, now: an exchange without its write.
    ///
    /// A block in which the store does not hold what this ledger wrote last, or whose words have changed, is left out:
    /// the next exchange sees to it.
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

    /// What the others hold in a block that nothing is written to; nil as `look` says.
    private func others(in block: Int, as state: BlockState) throws(CountStoreError) -> OthersRows? {
        let memory = memories[block]
        if let tag = state.tag, tag.generation > generation { throw .superseded(shard: shard) }
        guard state.tag != nil, state.tag == memory.tag, state.wordsIdentity == memory.words, let total = state.total,
            let others = PackedTotal(total, columns: columns)?.subtracting(
                PlacedRows(memory.sent, at: memory.places), rows: memory.places.count, columns: columns)
        else { return nil }
        return OthersRows(block: block, rows: others, places: memory.places)
    }

    /// The blocks in which the store does not hold what this ledger wrote last.
    package func lostBlocks(in store: any CountStore) throws(CountStoreError) -> [Int] {
        let tags = try store.tags(ofShard: shard, blocks: memories.indices)
        if tags.contains(where: { $0.map { $0.generation > generation } ?? false }) { throw .superseded(shard: shard) }
        return memories.indices.filter { tags[$0] == nil || tags[$0] != memories[$0].tag }
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
        /// What will be known once it is written.
        var memory: Memory
    }

    /// Carries plans out. Returns what met a conflict.
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

    /// What to write over `state`; nil if that is damaged, and takes a `recover`.
    private func plan(_ own: OwnRows, _ state: BlockState, sweep: Int) throws(CountStoreError) -> Plan? {
        if let tag = state.tag, tag.generation > generation { throw .superseded(shard: shard) }
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
        // A first contribution is long, and what it is refused for is often the first of another shard.
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

    /// Whether this shard is one of those that may replace a total under contention: a quarter of all shards, others in
    /// each sweep and block. Otherwise all shards that find the same total long enough would replace it at once.
    private func hasTurn(_ block: Int, _ sweep: Int) -> Bool { (shard &+ sweep &+ block).isMultiple(of: 4) }

    /// - Parameter changeBytes: those of a change of this shard, roughly: two bytes a cell, as many cells as it has.
    private static func isReplacementDue(_ total: PackedTotal, changeBytes: Int) -> Bool {
        let appended = Double(total.changeBytes + changeBytes)
        return appended * appended >= 2 * Double(total.rows.count) * Double(changeBytes)
    }

    private enum Change {
        /// By packed rows.
        case replace([UInt8])
        case startOver([UInt8])
        /// With the difference to what is stored as ours.
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
        let write = BlockWrite(
            block: own.block, shard: shard, basis: BlockBasis(state), change: written,
            contribution: PackedRows.pack(mine, columns: columns), tag: tag, words: words)
        return Plan(
            own: own, write: write, others: OthersRows(block: own.block, rows: others, places: memory.places),
            memory: memory)
    }

    /// The word list in the store; nil if it is damaged.
    private func list(in state: BlockState) -> WordList? {
        if state.wordsIdentity == nil, state.words == nil { return WordList() }
        return hasWholeWords(state) ? state.words.flatMap { WordList(packed: $0) } : nil
    }

    /// Whether the word list in the store is there and is the one that its identity names.
    private func hasWholeWords(_ state: BlockState) -> Bool {
        guard let identity = state.wordsIdentity, let words = state.words else { return false }
        return WordList.Identity(ofPacked: words) == identity
    }

    /// Finds the own words in `list`, appending those it lacks. Returns the packed list if it has grown.
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

    /// What is stored as ours; nil if it is damaged, or its tag is, or both have gone from a block that is still there.
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

    /// The total is damaged, or what is stored as ours is not part of it: sum up what the others contributed.
    /// A contribution that does not decode is left out; its owner finds its counts missing and comes here too.
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

    /// The word list is damaged, so that no row means anything: leave only what is ours. The other shards find their
    /// tags gone and come back.
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
