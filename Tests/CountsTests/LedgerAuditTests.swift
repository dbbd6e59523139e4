import Counts
import Hashing
import TestSupport
import Testing

/// Tests with every kind of damage, in memory. The audit reports the kind and the place of each. After the repair, an
/// audit finds nothing except missing counts, which only their shard can restore.
@Suite("audit and repair of a ledger")
struct LedgerAuditTests {
    private static let shards = 2
    /// The words of the two shards, some of which are in both.
    private static let rows: [FilledLedger.Rows] = [
        [("ape", [2, 1]), ("bee", [0, 4]), ("cat", [1, 1])], [("bee", [3, 0]), ("dog", [1, 0]), ("eel", [0, 2])],
    ]

    private let store = InMemoryCountStore(run: "r")

    private func ledger(_ state: ShardProgress.State = .finished) throws -> FilledLedger {
        let ledger = try FilledLedger(in: store, blocks: 3, shards: Self.shards)
        for shard in 0..<Self.shards { try ledger.put(Self.rows[shard], shard: shard, state: state) }
        return ledger
    }

    private func audit(_ ledger: FilledLedger) throws -> (found: [LedgerViolation], summary: LedgerAudit) {
        var found: [LedgerViolation] = []
        let summary = try LedgerAudit.run(on: store, manifest: ledger.manifest) { found.append($0) }
        #expect(summary.violations == found.count)
        return (found, summary)
    }

    private func repair(_ ledger: FilledLedger) throws -> [LedgerRepair.Mending] {
        var repairs: [LedgerRepair.Mending] = []
        try LedgerRepair.run(on: store, manifest: ledger.manifest) { repairs.append($0) }
        return repairs
    }

    /// Changes a block's record while shards are using the store.
    private func change(_ block: Int, _ change: (inout BlockRecord) -> Void) throws {
        var record = store.records(of: block..<block + 1)[0]
        let read = BlockBasis(record)
        change(&record)
        _ = store.repair([BlockRepair(block: block, basis: read, total: nil)])
        var basis = BlockBasis()
        let shards = Set(record.contributions.keys).union(record.tags.keys).sorted()
        for (index, shard) in shards.enumerated() {
            let next = index + 1 == shards.count ? record.version ?? .unique() : .unique()
            let write = BlockWrite(
                block: block, shard: shard, basis: basis, change: .replace(record.total ?? [], version: next),
                contribution: record.contributions[shard] ?? [],
                tag: record.tags[shard] ?? ContributionTag(generation: Generation(0), sweep: 0), words: record.words)
            #expect(store.write([write]) == [.stored])
            basis = BlockBasis(
                version: next, words: record.words.map(WordList.Identity.init(ofPacked:)),
                total: record.total.flatMap(BlockBasis.Total.init))
        }
    }

    private var block: Int { WordBlock.number(of: Array("bee".utf8), of: 3) }

    @Test("a consistent ledger has no violations, and the summary counts its contents")
    func whole() throws {
        let (found, summary) = try audit(try ledger())
        #expect(found == [])
        #expect(summary.tokens == 15 && summary.cells == 8 && summary.blocks == 3 && summary.contributions == 6)
        #expect(summary.incompleteShards == [])
        #expect(try repair(try ledger()) == [])
    }

    @Test("a changed count in the total is reported with both values, and recomputed")
    func total() throws {
        let ledger = try ledger()
        let topics = 2
        try change(block) { record in
            let rows = record.total.flatMap { PackedTotal.unpack($0, columns: topics) } ?? SparseRows()
            let words = record.words.flatMap(WordList.init(packed:))?.words ?? []
            var dense = (0..<rows.count).map { row in
                var cells = [UInt32](repeating: 0, count: topics)
                for cell in rows.range(of: row) { cells[Int(rows.columns[cell])] = rows.amounts[cell] }
                return cells
            }
            dense[words.firstIndex(of: Array("bee".utf8)) ?? 0][1] += 5
            record.total = PackedTotal.bytes(rows: PackedRows.pack(SparseRows(dense: dense), columns: topics))
        }
        let found = try audit(ledger).found
        #expect(found.count == 1)
        guard case .unbalanced(block, let imbalance) = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(imbalance.cells == 1 && imbalance.word == Array("bee".utf8) && imbalance.topic == 1)
        #expect(imbalance.total == 9 && imbalance.contributed == 4)
        #expect(imbalance.totalTokens == imbalance.contributedTokens + 5)
        let repaired = try repair(ledger)
        #expect(repaired.map(\.block) == [block])
        #expect(repaired.map(\.removed) == [[]])
        #expect(repaired.first?.tokensBefore == repaired.first.map { $0.tokens + 5 })
        #expect(try audit(ledger).found == [])
    }

    @Test("a flipped bit in any byte of any value is found, and repaired without losing an intact contribution")
    func bits() throws {
        let ledger = try ledger()
        let whole = store.records(of: block..<block + 1)[0]
        let values: [(name: String, path: WritableKeyPath<BlockRecord, [UInt8]?>)] = [
            ("n", \.total), ("c/0", \.contributions[0]), ("c/1", \.contributions[1]),
        ]
        for (name, path) in values {
            for index in (whole[keyPath: path] ?? []).indices {
                try change(block) { record in
                    record = whole
                    record[keyPath: path]?[index] ^= 1 << UInt8(index % 8)
                }
                let found = try audit(ledger).found
                #expect(found.contains(.damaged(block: block, value: name)))
                let repaired = try repair(ledger)
                #expect(repaired.flatMap(\.removed) == (name == "n" ? [] : [name == "c/0" ? 0 : 1]))
                let left = try audit(ledger).found
                let lost = LedgerViolation.absentContributions(shard: name == "c/0" ? 0 : 1, blocks: 1, first: block)
                #expect(left == (name == "n" ? [] : [lost]))
                for shard in 0..<Self.shards { try ledger.put(Self.rows[shard], shard: shard, state: .finished) }
                #expect(try audit(ledger).found == [])
            }
        }
    }

    @Test("a deleted contribution is reported, and also a tag or a contribution without the other")
    func deleted() throws {
        let ledger = try ledger()
        let stored = store.records(of: block..<block + 1)[0]
        _ = store.repair([
            BlockRepair(block: block, basis: BlockBasis(stored), total: stored.total, removed: [1])
        ])
        let found = try audit(ledger).found
        #expect(found.contains(.absentContributions(shard: 1, blocks: 1, first: block)))
        #expect(found.contains { if case .unbalanced(block, _) = $0 { true } else { false } })
        #expect(try repair(ledger).count == 1)
        #expect(try audit(ledger).found == [.absentContributions(shard: 1, blocks: 1, first: block)])

        var record = BlockRecord()
        record.version = .unique()
        let nothing = PackedRows.pack(SparseRows(), columns: 2)
        record.total = PackedTotal.bytes(rows: nothing)
        record.tags[1] = ContributionTag(generation: Generation(1), sweep: 2)
        #expect(
            BlockAudit(record, block: 0, manifest: ledger.manifest).violations
                == [.lostContribution(block: 0, shard: 1)])
        (record.tags, record.contributions[1]) = ([:], nothing)
        #expect(BlockAudit(record, block: 0, manifest: ledger.manifest).violations == [.untagged(block: 0, shard: 1)])
        record.version = nil
        #expect(
            BlockAudit(record, block: 0, manifest: ledger.manifest).violations
                == [.damaged(block: 0, value: "v"), .untagged(block: 0, shard: 1)])
    }

    @Test("a contribution whose tag is missing, or later than its shard's generation, is kept and gets a new tag")
    func tags() throws {
        let ledger = try ledger()
        let held = try #require(store.statuses().first { $0.progress.shard == 1 }).generation
        try change(block) { $0.tags[1] = ContributionTag(generation: held.next, sweep: 7) }
        #expect(
            try audit(ledger).found == [
                .generationAhead(block: block, shard: 1, tag: held.next, holder: held)
            ])
        #expect(try repair(ledger).map(\.removed) == [[]])
        #expect(store.records(of: block..<block + 1)[0].tags[1]?.generation == Generation(0))
        #expect(store.records(of: block..<block + 1)[0].tags[1]?.sweep == 7)
        #expect(try audit(ledger).found == [])
    }

    @Test("a block is emptied if its word list is damaged, or has a word twice or a word of another block")
    func words() throws {
        let ledger = try ledger()
        let other = (block + 1) % 3
        let stray = try #require(Self.rows.joined().map(\.name).first { ledger.block(of: Array($0.utf8)) == other })
        let bee = Array("bee".utf8)
        let lists: [(WordList, (LedgerViolation) -> Bool)] = [
            (WordList([bee, bee]), { $0 == .repeatedWord(block: block, word: bee, rows: [0, 1]) }),
            (
                WordList([bee, Array(stray.utf8)]),
                { $0 == .strayWord(block: block, word: Array(stray.utf8), belongs: other) }
            ),
        ]
        for (list, isExpected) in lists {
            try change(block) { $0.words = list.packed() }
            #expect(try audit(ledger).found.contains(where: isExpected))
            #expect(try repair(ledger).map(\.removed) == [[0, 1]])
            #expect(store.records(of: block..<block + 1) == [BlockRecord()])
            for shard in 0..<Self.shards { try ledger.put(Self.rows[shard], shard: shard, state: .finished) }
            #expect(try audit(ledger).found == [])
        }
        try change(block) { $0.words = [9] }
        #expect(try audit(ledger).found.contains(.damaged(block: block, value: "words")))
    }

    @Test("counts of a shard that does not belong to the run are reported and removed")
    func foreign() throws {
        let ledger = try ledger()
        var stranger = ledger
        stranger.manifest = try stranger.manifest.changing(["shards": "9"])
        try stranger.put([(Array("bee".utf8), [1, 1])], shard: 7, blocks: block..<block + 1)
        let found = try audit(ledger).found
        #expect(found.count == 2 && found.first == .foreignShard(block: block, shard: 7, shards: 2))
        guard case .unbalanced(block, let imbalance) = found.last else {
            Issue.record("\(found)")
            return
        }
        #expect(imbalance.cells == 2 && imbalance.totalTokens == imbalance.contributedTokens + 2)
        #expect(try repair(ledger).map(\.removed) == [[]])
        #expect(store.records(of: block..<block + 1)[0].contributions.keys.sorted() == [0, 1])
        #expect(try audit(ledger).found == [])
    }

    @Test("a shard with missing tokens is reported, but not if it has only just begun")
    func tokens() throws {
        let ledger = try ledger()
        try ledger.put(
            Self.rows[0].dropLast().map { (Array($0.name.utf8), $0.counts) }, shard: 0, registering: 9, state: .finished
        )
        #expect(try audit(ledger).found == [.tokens(shard: 0, stored: 7, registered: 9)])
        try ledger.put(
            Self.rows[0].dropLast().map { (Array($0.name.utf8), $0.counts) }, shard: 0, registering: 9)
        #expect(try audit(ledger).found == [])
        #expect(try audit(ledger).summary.incompleteShards == [0])
    }

    @Test("neither a repair nor a shard removal of a run touches the run that has replaced it")
    func replaced() throws {
        let old = try ledger(.stopped)
        let manifest = try old.manifest.changing(["topics": "3"], id: old.manifest.id &+ 1)
        _ = store.create(manifest, replacing: old.manifest.id)
        for shard in 0..<2 {
            var new = old
            new.manifest = manifest
            try new.put([("bee", [1, 1, 1])], shard: shard, state: .stopped)
        }
        let (records, statuses) = (store.records(of: 0..<3), store.statuses())
        #expect(throws: CountStoreError.self) { try repair(old) }
        #expect(store.records(of: 0..<3) == records)
        #expect(throws: CountStoreError.self) {
            try ShardRemoval.remove(
                shard: 0, from: store, manifest: old.manifest, proposed: Generation(5), force: false)
        }
        #expect(store.records(of: 0..<3) == records && store.statuses() == statuses)
    }

    @Test("a removed shard has no tokens, and its contributions may be absent")
    func removed() throws {
        let ledger = try ledger(.stopped)
        _ = try ShardRemoval.remove(
            shard: 1, from: store, manifest: ledger.manifest, proposed: Generation(5), force: false)
        #expect(try audit(ledger).found == [])
        #expect(try audit(ledger).summary.tokens == 9)
        let read = BlockBasis(store.records(of: block..<block + 1)[0])
        #expect(
            store.repair([BlockRepair(block: block, basis: read, total: nil)]) == [.stored])
        #expect(try audit(ledger).found == [.absentContributions(shard: 0, blocks: 1, first: block)])
    }
}
