/// Sets right every block of a run that breaks its laws, while shards go on.
///
/// What can be read decides: the total becomes the sum of the contributions that can be read and belong to the run. One
/// that cannot is removed with its tag, so that its shard finds it gone and puts it back; so is one of a shard that the run
/// does not have. A contribution whose tag is lost, or ahead of its shard, is kept and tagged anew, as older than any
/// other. A block whose word list is damaged is emptied, because no row of it means anything.
/// Each block is compared and swapped as in an exchange: one that a shard has changed since it was read is read again.
package enum LedgerRepair {
    /// What was done to a block.
    package struct Mending: Sendable, Equatable {
        package let block: Int
        package let violations: [LedgerViolation]
        /// Shards of the run whose counts were removed.
        package let removed: [Int]
        /// Tokens of the total before, nil if it could not be read, and now.
        package let tokensBefore: Int?
        package let tokens: Int
    }

    /// A block that shards keep changing is tried so often.
    private static let attempts = 100

    /// Repairs all blocks, telling `observe` of each that was repaired.
    package static func run(
        on store: any CountStore, manifest: RunManifest, observe: (Mending) -> Void
    ) throws(CountStoreError) {
        for first in stride(from: 0, to: manifest.blocks, by: LedgerAudit.batch) {
            let blocks = first..<min(first + LedgerAudit.batch, manifest.blocks)
            let records = try store.records(of: blocks)
            // Read after the blocks: a process takes its shard before it writes.
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
            // The record is of this run if the manifest still is; and then the version decides.
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

    /// What to do with a block; nil if nothing.
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
        let total = audit.words == nil ? nil : PackedTotal.bytes(rows: PackedRows.pack(sum, columns: manifest.topics))
        return (
            BlockRepair(
                block: block, basis: BlockBasis(record), total: total, removed: removed, tags: tags),
            Mending(
                block: block, violations: violations, removed: removed.filter { $0 < manifest.shards },
                tokensBefore: audit.total?.sum, tokens: sum.sum)
        )
    }
}
