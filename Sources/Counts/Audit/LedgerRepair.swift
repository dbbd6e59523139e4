/// Repairs every inconsistent block of a run while the shards keep running.
///
/// The new total is the sum of the readable contributions of shards that belong to the run. A contribution that cannot
/// be read is removed together with its tag; its shard notices this and stores the contribution again. A contribution
/// of a shard that does not belong to the run is removed too. A contribution whose tag is missing, or has a later
/// generation than its shard, is kept and gets a new tag with the lowest generation. A block whose word list is damaged
/// is emptied, because its rows can no longer be assigned to words. Each block is written by compare-and-swap, as in an
/// exchange: a block that a shard has changed since it was read is read again.
package enum LedgerRepair {
    /// The repair of one block, for the report.
    package struct Mending: Sendable, Equatable {
        package let block: Int
        package let violations: [LedgerViolation]
        /// The shards of the run whose counts were removed.
        package let removed: [Int]
        /// The tokens of the total before the repair; nil if it could not be read.
        package let tokensBefore: Int?
        /// The tokens of the total after the repair.
        package let tokens: Int
    }

    /// The number of attempts to repair a block that shards keep changing.
    private static let attempts = 100

    /// Repairs all blocks and calls `observe` for each block that was repaired.
    package static func run(
        on store: any CountStore, manifest: RunManifest, observe: (Mending) -> Void
    ) throws(CountStoreError) {
        for first in stride(from: 0, to: manifest.blocks, by: LedgerAudit.batch) {
            let blocks = first..<min(first + LedgerAudit.batch, manifest.blocks)
            let records = try store.records(of: blocks)
            // The statuses are read after the blocks, because a process claims its shard before it writes.
            let statuses = try store.statuses()
            for (record, block) in zip(records, blocks) {
                try mend(block, record, statuses, manifest, store, observe)
            }
        }
    }

    private static func mend(
        _ block: Int, _ read: BlockRecord, _ statuses: [ShardStatus], _ manifest: RunManifest, _ store: any CountStore,
        _ observe: (Mending) -> Void
    ) throws(CountStoreError) {
        var (record, statuses) = (read, statuses)
        for _ in 0..<attempts {
            guard let (repair, mending) = try plan(record, block, statuses, manifest) else { return }
            // If the manifest is unchanged, the record belongs to this run. The version then detects later writes.
            try store.expect(manifest)
            if try store.repair([repair]) == [.stored] {
                observe(mending)
                return
            }
            record = try store.records(of: block..<block + 1)[0]
            statuses = try store.statuses()
        }
        throw .unavailable(reason: "block \(block) is changed faster than it can be repaired: try again")
    }

    /// Decides how to repair a block; nil if it is consistent.
    static func plan(
        _ record: BlockRecord, _ block: Int, _ statuses: [ShardStatus], _ manifest: RunManifest
    ) throws(CountStoreError) -> (repair: BlockRepair, mending: Mending)? {
        let audit = BlockAudit(record, block: block, manifest: manifest)
        var violations = audit.violations
        var tags: [Int: ContributionTag] = [:]
        for shard in audit.contributions.keys.sorted() {
            let tag = record.tags[shard]
            let holder = statuses.first { $0.progress.shard == shard }?.generation
            if let tag, let holder, tag.generation > holder {
                violations.append(.generationAhead(block: block, shard: shard, tag: tag.generation, holder: holder))
            } else if tag != nil {
                continue
            }
            tags[shard] = ContributionTag(generation: Generation(0), sweep: tag?.sweep ?? 0)
        }
        if violations.isEmpty { return nil }
        guard let sum = audit.sum else { throw .overflow(block: block) }

        let shards = Set(record.contributions.keys).union(record.tags.keys)
        let removed = shards.subtracting(audit.contributions.keys).sorted()
        let total = audit.words == nil ? nil : PackedTotal.bytes(rows: PackedRows.pack(sum, columns: manifest.columns))
        return (
            BlockRepair(
                block: block, basis: BlockBasis(record), total: total, removed: removed, tags: tags),
            Mending(
                block: block, violations: violations, removed: removed.filter { $0 < manifest.shards },
                tokensBefore: audit.total?.sum, tokens: sum.sum)
        )
    }
}
