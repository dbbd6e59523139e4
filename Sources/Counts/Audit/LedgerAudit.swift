/// All laws of a run's ledger, recomputed from what the store holds, while shards go on.
///
/// Each block is read at one moment, in which its laws hold or do not; no shard is waited for. What a shard counts is the
/// same number of tokens in every sweep, so the sum of its contributions holds too though each is of another moment.
/// Memory: the records of `batch` blocks, and a few words a shard.
package struct LedgerAudit: Sendable, Equatable {
    /// Blocks that hold anything.
    package private(set) var blocks = 0
    /// Of all totals.
    package private(set) var tokens = 0
    package private(set) var cells = 0
    package private(set) var contributions = 0
    package private(set) var violations = 0
    /// Shards of which too little is in the store for their tokens to be summed up: they have not reported yet, or not
    /// stored all of their first counts.
    package private(set) var incompleteShards: [Int] = []

    /// Blocks read at once.
    static let batch = 8

    /// What is gathered of a shard.
    private struct Shard {
        var tokens = 0
        var absent = 0
        var firstAbsent = 0
        var latest: (generation: Generation, block: Int)?
    }

    private init() {}

    /// Reads every block, telling `observe` of each violation as it is found.
    package static func run(
        on store: any CountStore, manifest: RunManifest, observe: (LedgerViolation) -> Void
    ) throws(CountStoreError) -> LedgerAudit {
        var audit = LedgerAudit()
        var shards = Array(repeating: Shard(), count: manifest.shards)
        // What shards say before their blocks are read tells what must be there; what they say afterwards, who may have
        // written it.
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

    /// The laws of one shard, over all blocks.
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
            // Before its first sweep is done a shard may have stored some blocks only.
            incompleteShards.append(number)
        } else if isAbsent {
            found(.absentContributions(shard: number, blocks: shard.absent, first: shard.firstAbsent))
        } else {
            found(.tokens(shard: number, stored: shard.tokens, registered: new.progress.tokens))
        }
    }
}

/// The store breaks laws of the ledger, which the audit has told one by one. (65)
package struct BrokenLedgerError: Error, Equatable, CustomStringConvertible {
    package let run: String
    package let violations: Int
    /// What to do.
    package let advice: String

    package init(run: String, violations: Int, advice: String) {
        (self.run, self.violations, self.advice) = (run, violations, advice)
    }

    package var description: String {
        "run \(run) breaks the laws of the ledger in \(violations) \(violations == 1 ? "place" : "places"): \(advice)"
    }
}
