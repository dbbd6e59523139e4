import Counts
import LDA
import Logging
import Platform
import Sampling

/// The exchange of a shard's counts with the store. It holds the shard's ledger.
actor LedgerExchange {
    /// The seconds after which a long exchange logs its progress, and between two such messages.
    private static let patience = 5.0
    /// The attempts at a block before the exchange goes on to other blocks. A store that keeps its contract does not
    /// refuse a block that often.
    private static let attempts = 16

    private let calls: StoreCalls
    private let membership: Membership
    private let settings: TrainingSettings
    private var ledger: ShardLedger

    nonisolated var unownedExecutor: UnownedSerialExecutor { calls.thread.asUnownedSerialExecutor() }

    /// - Parameter words: returns the shard's own words in a block.
    init(
        _ membership: Membership, settings: TrainingSettings, calls: StoreCalls,
        words: @escaping @Sendable (Int) -> [[UInt8]]
    ) {
        self.membership = membership
        self.settings = settings
        self.calls = calls
        ledger = ShardLedger(
            shard: settings.shard, generation: Generation(0), columns: settings.priors.topics, blocks: settings.blocks,
            words: words)
    }

    /// Begins to write with `generation`.
    func begin(_ generation: Generation) { ledger.generation = generation }

    /// The work that the sampling submits between two steps.
    struct Batch: Sendable {
        var rows: [ShardLedger.OwnRows] = []
        var sweep: Int
        var documents: [DocumentChunk] = []
        /// Blocks that will be sampled soon, of which only the counts of the other shards are read.
        var ahead: [Int] = []
        /// The progress to report afterwards; if it is set, the answer has the pace of the run.
        var progress: ShardProgress?

        var isEmpty: Bool { rows.isEmpty && documents.isEmpty && progress == nil }
    }

    /// The result of a batch.
    struct Answer: Sendable {
        let began = ContinuousClock.now
        var others: [ShardLedger.OthersRows] = []
        /// The number of blocks exchanged.
        var blocks = 0
        var seconds = 0.0
        /// The number of writes that were refused and repeated.
        var refused = 0
        /// If progress was reported, the sweeps that this shard had done then, and the pace of the run.
        var pace: (sweep: Int, run: RunPace)?
    }

    /// Exchanges every block of the batch, retrying as long as necessary. The same calls read the blocks of
    /// `batch.ahead`.
    func exchange(_ batch: Batch) async throws -> Answer {
        var answer = Answer()
        let refused = ledger.writes.refused
        var (open, ahead) = (batch.rows, batch.ahead)
        var lastLine = ContinuousClock.now
        repeat {
            // Exchange one part at a time, so that a long exchange can log its progress.
            let part = Array(open.prefix(ShardLedger.window))
            let exchanged = try await calls.persistently { [ahead] store throws(CountStoreError) in
                try ledger.exchange(
                    part, sweep: batch.sweep, lookingAt: ahead, with: store, attempts: Self.attempts)
            }
            answer.others += exchanged
            let done = Set(exchanged.map(\.block))
            open.removeAll { done.contains($0.block) }
            ahead = []
            if !open.isEmpty, lastLine.secondsSince > Self.patience {
                lastLine = .now
                let (done, all) = (batch.rows.count - open.count, batch.rows.count)
                calls.logger.info(
                    "an exchange with the store is in progress: \(done) of \(all) blocks done",
                    metadata: [
                        "seconds": "\(Int(answer.began.secondsSince))",
                        "refused_writes": "\(ledger.writes.refused - refused)",
                    ])
            }
        } while !open.isEmpty
        answer.refused = ledger.writes.refused - refused
        answer.blocks = batch.rows.count
        for (number, chunk) in batch.documents.enumerated() {
            let bytes = chunk.packed(columns: settings.priors.topics)
            try await calls.persistently { [settings, ledger] store throws(CountStoreError) in
                try store.publish(
                    documents: bytes, chunk: number, ofShard: settings.shard, generation: ledger.generation)
            }
        }
        answer.seconds = answer.began.secondsSince
        if let progress = batch.progress {
            try await membership.report(progress)
            if let run = try await membership.paceIfAvailable() { answer.pace = (progress.sweep, run) }
        }
        return answer
    }

    /// Writes again the blocks that the store has lost.
    /// - Parameters:
    ///   - rows: the shard's contribution to all blocks.
    ///   - comparingCounts: whether also to compare the counts of the blocks that the store has.
    func restoreLost(_ rows: [ShardLedger.OwnRows], sweep: Int, comparingCounts: Bool) async throws {
        let lost = Set(
            try await calls.persistently { store throws(CountStoreError) in
                try ledger.lostBlocks(in: store, comparingCounts: comparingCounts)
            })
        guard !lost.isEmpty else { return }
        calls.logger.warning("the store has lost \(lost.count) blocks of this shard; writing them again")
        _ = try await exchange(Batch(rows: rows.filter { lost.contains($0.block) }, sweep: sweep))
    }
}
