/// Checks all invariants of a run's ledger against the contents of the store while the shards keep running.
///
/// Each block is read atomically, so its invariants can be checked without waiting for any shard. A shard counts the
/// same number of tokens in every sweep, so the sum over its contributions can be checked too, although the blocks are
/// read at different times. Memory: the records of `batch` blocks, and a few numbers for each shard.
package struct LedgerAudit: Sendable, Equatable {
    /// The number of blocks that are not empty.
    package private(set) var blocks = 0
    /// The sum of all totals.
    package private(set) var tokens = 0
    package private(set) var cells = 0
    package private(set) var contributions = 0
    package private(set) var violations = 0
    /// The shards whose tokens cannot be checked, because they have not reported yet or have not stored all of their
    /// first counts.
    package private(set) var incompleteShards: [Int] = []

    /// The number of blocks that are read in one call.
    static let batch = 8

    /// The findings about one shard, collected over all blocks.
    private struct Shard {
        var tokens = 0
        var absent = 0
        var firstAbsent = 0
        var latest: (generation: Generation, block: Int)?
    }

    private init() {}

    /// Reads every block and calls `observe` for each violation as it is found.
    package static func run(
        on store: any CountStore, manifest: RunManifest, observe: (LedgerViolation) -> Void
    ) throws(CountStoreError) -> LedgerAudit {
        var audit = LedgerAudit()
        var shards = Array(repeating: Shard(), count: manifest.shards)
        // The statuses read before the blocks say which contributions must exist; those read afterwards say which
        // processes may have written them.
        let before = try store.statuses()
        for first in stride(from: 0, to: manifest.blocks, by: batch) {
            let blocks = first..<min(first + batch, manifest.blocks)
            for (record, block) in zip(try store.records(of: blocks), blocks) {
                audit.take(record, block, manifest, &shards, observe)
            }
        }
        let after = try store.statuses()
        for shard in shards.indices {
            let old = before.first { $0.progress.shard == shard }
            let new = after.first { $0.progress.shard == shard }
            audit.judge(shard, shards[shard], old, new, observe)
        }
        return audit
    }

    private mutating func take(
        _ record: BlockRecord, _ block: Int, _ manifest: RunManifest, _ shards: inout [Shard],
        _ observe: (LedgerViolation) -> Void
    ) {
        let audit = BlockAudit(record, block: block, manifest: manifest)
        for violation in audit.violations { observe(violation) }
        violations += audit.violations.count
        blocks += record == BlockRecord() ? 0 : 1
        tokens += audit.total?.sum ?? 0
        cells += audit.total?.cells ?? 0
        contributions += audit.contributions.count
        for shard in shards.indices {
            if let rows = audit.contributions[shard] {
                shards[shard].tokens += rows.sum
            } else {
                if shards[shard].absent == 0 { shards[shard].firstAbsent = block }
                shards[shard].absent += 1
            }
            if let tag = record.tags[shard], tag.generation > shards[shard].latest?.generation ?? Generation(0) {
                shards[shard].latest = (tag.generation, block)
            }
        }
    }

    /// Checks the invariants of one shard over all blocks.
    private mutating func judge(
        _ number: Int, _ shard: Shard, _ old: ShardStatus?, _ new: ShardStatus?, _ observe: (LedgerViolation) -> Void
    ) {
        func found(_ violation: LedgerViolation) {
            observe(violation)
            violations += 1
        }
        guard let old, let new else {
            incompleteShards.append(number)
            return
        }
        if let latest = shard.latest, latest.generation > new.generation {
            found(
                .generationAhead(
                    block: latest.block, shard: number, tag: latest.generation, holder: new.generation))
        }
        let isRemoved = old.progress.state == .removed
        if isRemoved != (new.progress.state == .removed) { return }
        let isAbsent = shard.absent > 0 && !isRemoved
        guard isAbsent || shard.tokens != new.progress.tokens else { return }
        if old.progress.state == .sampling, old.progress.exchanges == 0 {
            // Until its first sweep is complete, a shard may have stored only some of its blocks.
            incompleteShards.append(number)
        } else if isAbsent {
            found(.absentContributions(shard: number, blocks: shard.absent, first: shard.firstAbsent))
        } else {
            found(.tokens(shard: number, stored: shard.tokens, registered: new.progress.tokens))
        }
    }
}

/// The audit has found the ledger inconsistent and has reported each violation. (Exit code 65.)
package struct BrokenLedgerError: Error, Equatable, CustomStringConvertible {
    package let run: String
    package let violations: Int
    /// What to do.
    package let advice: String

    package init(run: String, violations: Int, advice: String) {
        (self.run, self.violations, self.advice) = (run, violations, advice)
    }

    package var description: String {
        "the counts of run \(run) are inconsistent in \(violations) \(violations == 1 ? "place" : "places"): \(advice)"
    }
}
