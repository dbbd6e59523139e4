import Counts
import Models
import TestSupport
import Testing

@Suite("Model snapshots")
struct ModelSnapshotTests {
    let store = InMemoryCountStore(run: "tiny")

    private func counts(_ snapshot: ModelSnapshot) -> [String: [UInt32]] {
        var counts: [String: [UInt32]] = [:]
        for word in 0..<snapshot.words.count {
            var row = [UInt32](repeating: 0, count: snapshot.manifest.columns)
            for cell in snapshot.words.rows.range(of: word) {
                row[Int(snapshot.words.rows.columns[cell])] = snapshot.words.rows.amounts[cell]
            }
            counts[String(decoding: snapshot.words.labels[word], as: UTF8.self)] = row
        }
        return counts
    }

    @Test("A snapshot has the sums of the words of all shards", arguments: [1, 3, 40])
    func sumsShards(blocks: Int) throws {
        let ledger = try FilledLedger(in: store, topics: 3, blocks: blocks, shards: 2)
        try ledger.put([("ape", [1, 0, 2]), ("bee", [0, 4, 0])], shard: 0, sweep: 5)
        try ledger.put([("bee", [1, 0, 0]), ("cow", [0, 0, 7])], shard: 1, sweep: 3)
        let snapshot = try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        #expect(counts(snapshot) == ["ape": [1, 0, 2], "bee": [1, 4, 0], "cow": [0, 0, 7]])
        #expect(snapshot.topicTotals == [2, 4, 9])
        #expect(snapshot.shardTokens == [7, 8])
        #expect(snapshot.tokens == 15)
        #expect(snapshot.sweeps == [5, 3])
    }

    @Test("The sweep of a shard is that of its oldest block")
    func oldestSweep() throws {
        let ledger = try FilledLedger(in: store, blocks: 4)
        let rows: [([UInt8], [UInt32])] = [([0], [1, 0]), ([1], [1, 0]), ([2], [0, 1])]
        try ledger.put(rows, sweep: 4)
        try ledger.put(rows, sweep: 5, blocks: 1..<3)
        #expect(try ModelSnapshot.take(from: store, manifest: ledger.manifest).sweeps == [4])
    }

    @Test("A removed shard has no tokens, even if the store lost a block; remaining tokens are reported")
    func removedShard() throws {
        let ledger = try FilledLedger(in: store, blocks: 3, shards: 2)
        try ledger.put([("ape", [1, 2])], shard: 0, sweep: 5, state: .stopped)
        try ledger.put([("ape", [1, 0]), ("bee", [0, 4])], shard: 1, sweep: 3, state: .stopped)
        _ = try ShardRemoval.remove(
            shard: 1, from: store, manifest: ledger.manifest, proposed: Generation(9), force: false)
        for _ in 0..<2 {
            let snapshot = try ModelSnapshot.take(from: store, manifest: ledger.manifest)
            #expect(counts(snapshot)["ape"] == [1, 2])
            #expect(snapshot.shardTokens == [3, 0] && snapshot.sweeps == [5, 0])
            let basis = BlockBasis(store.records(of: 1..<2)[0])
            _ = store.repair([BlockRepair(block: 1, basis: basis, total: nil)])
            try ledger.put([("ape", [1, 2])], shard: 0, sweep: 5, state: .stopped)
        }
        let generation = try #require(store.statuses().last).generation
        let removed = try #require(store.statuses().last).progress
        try ledger.put([("ape", [1, 0])], shard: 1)
        try store.report(removed, generation: store.claim(shard: 1, proposed: generation))
        #expect(throws: SnapshotError.incomplete(.tokens(shard: 1, stored: 1, registered: 0))) {
            try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        }
    }

    @Test("A shard that has not reported is an error with its number")
    func silentShard() throws {
        let ledger = try FilledLedger(in: store, shards: 2)
        try ledger.put([("ape", [1, 0])], shard: 0)
        #expect(throws: SnapshotError.incomplete(.silent(shard: 1))) {
            try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        }
    }

    @Test("A shard without counts in a block is an error with shard and block")
    func missingContribution() throws {
        let ledger = try FilledLedger(in: store, blocks: 4)
        try ledger.put([([0], [1, 0]), ([3], [0, 1])], blocks: 0..<3)
        #expect(throws: SnapshotError.incomplete(.contribution(shard: 0, block: 3))) {
            try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        }
    }

    @Test("Registered tokens that are not stored are an error with their numbers")
    func missingTokens() throws {
        let ledger = try FilledLedger(in: store)
        try ledger.put([([0], [1, 2])], registering: 4)
        #expect(throws: SnapshotError.incomplete(.tokens(shard: 0, stored: 3, registered: 4))) {
            try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        }
    }

    @Test("A total that is not the sum of its contributions gives no snapshot")
    func unbalanced() throws {
        let ledger = try FilledLedger(in: store, blocks: 1)
        try ledger.put([([0], [1, 2])])
        try overwrite(total: PackedTotal.bytes(rows: PackedRows.pack(SparseRows(dense: [[1, 3]]), columns: 2)))
        #expect(throws: SnapshotError.faulty(.unbalanced(block: 0))) {
            try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        }
    }

    @Test("A damaged total gives no snapshot")
    func damaged() throws {
        let ledger = try FilledLedger(in: store, blocks: 1)
        try ledger.put([([0], [1, 2])])
        var bytes = PackedTotal.bytes(rows: PackedRows.pack(SparseRows(dense: [[1, 2]]), columns: 2))
        bytes[bytes.count - 1] ^= 1
        try overwrite(total: bytes)
        #expect(throws: SnapshotError.faulty(.damaged(block: 0, value: "n"))) {
            try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        }
    }

    @Test("A run that was replaced in the meantime gives no snapshot")
    func replaced() throws {
        let ledger = try FilledLedger(in: store)
        try ledger.put([([0], [1, 2])])
        var earlier = ledger.manifest
        earlier.id ^= 1
        #expect(throws: SnapshotError.incomplete(.replaced)) {
            try ModelSnapshot.take(from: store, manifest: earlier)
        }
    }

    @Test("A run that the store lost in the meantime gives no snapshot")
    func gone() throws {
        let manifest = try FilledLedger(in: store, blocks: 1).manifest
        let other = InMemoryCountStore(run: "m")
        var ledger = ShardLedger(shard: 0, generation: Generation(1), columns: 2, blocks: 1) { _ in [[0]] }
        let rows = ShardLedger.OwnRows(block: 0, rows: SparseRows(dense: [[1, 2]]))
        _ = try ledger.exchange([rows], sweep: 1, with: other)
        let progress = ShardProgress(shard: 0, iterations: 1, documents: 1, tokens: 3, host: "h", process: 1)
        try other.report(progress, generation: Generation(1))
        #expect(throws: SnapshotError.incomplete(.gone)) {
            try ModelSnapshot.take(from: other, manifest: manifest)
        }
    }

    @Test("The mark changes when the model changes")
    func mark() throws {
        let ledger = try FilledLedger(in: store)
        func mark(_ row: [UInt32], sweep: Int) throws -> ModelSnapshot.Mark {
            try ledger.put([("ape", row)], sweep: sweep)
            return try ModelSnapshot.take(from: store, manifest: ledger.manifest).mark
        }
        let first = try mark([1, 2], sweep: 1)
        #expect(try mark([1, 2], sweep: 1) == first)
        #expect(try mark([2, 1], sweep: 1) != first)
        #expect(try mark([1, 2], sweep: 2) != first)
    }

    /// Writes a total that is not the sum of the contributions.
    private func overwrite(total: [UInt8]) throws {
        let record = store.records(of: 0..<1)[0]
        let contribution = try #require(record.contributions[0])
        let tag = try #require(record.tags[0])
        let outcomes = store.write([
            BlockWrite(
                block: 0, shard: 0, basis: BlockBasis(record, shard: 0), change: .replace(total, version: .unique()),
                contribution: contribution, tag: tag, words: nil)
        ])
        #expect(outcomes == [.stored])
    }
}
