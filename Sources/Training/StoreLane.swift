import Counts
import Logging
import Platform
import Sampling

/// Performs all operations of a shard on its store, one at a time, on its own thread, concurrently with the sampling.
///
/// While the store does not answer, operations are retried by `RetryPolicy`. Meanwhile the sampling continues with the
/// counts that were read last.
actor StoreLane {
    private let thread = OwnThread()
    private let store: any CountStore
    private let settings: TrainingSettings
    private var manifest: RunManifest
    private let logger: Logger
    private let stop: @Sendable () -> Bool
    private var ledger: ShardLedger
    private var retry: RetryPolicy
    private var awaited = AwaitedShards()
    /// Whether the last warning said that the shard is stopping and only waits for the store.
    private var saidThatItEnds = false
    /// The time from which the times passed to `retry` are measured.
    private let born = ContinuousClock.now

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter words: returns the shard's own words in a block.
    init(
        store: any CountStore, manifest: RunManifest, settings: TrainingSettings, logger: Logger,
        stop: @escaping @Sendable () -> Bool, words: @escaping @Sendable (Int) -> [[UInt8]]
    ) {
        self.store = store
        self.manifest = manifest
        self.settings = settings
        self.logger = logger
        self.stop = stop
        retry = RetryPolicy(maxOutage: settings.maxOutage)
        ledger = ShardLedger(
            shard: settings.shard, generation: Generation(0), columns: settings.priors.topics, blocks: settings.blocks,
            words: words)
    }

    // MARK: The run

    /// Joins the run as `RunAdmission` decides, and takes the shard over from any earlier process.
    ///
    /// - Parameters:
    ///   - checkpoint: the id of the run of which this shard has a checkpoint.
    ///   - earlier: the generation of an earlier process of this shard, in case the store does not have it.
    /// - Returns: the run's id, and the generation to write with.
    func join(
        checkpoint: UInt64? = nil, after earlier: Generation? = nil
    ) async throws -> (id: UInt64, generation: Generation) {
        if let checkpoint, !settings.fresh { manifest.id = checkpoint }
        let joined = try await persistently { [store, settings, manifest] () throws(CountStoreError) -> RunManifest in
            var stored = try store.manifest()
            let decision = RunAdmission.decide(
                run: store.run, stored: stored, statuses: stored == nil ? [] : try store.statuses(), given: manifest,
                shard: settings.shard, lease: settings.lease, fresh: settings.fresh, checkpoint: checkpoint)
            switch decision {
            case .refuse(let error): throw error
            case .join: break
            case .create(let replacing): stored = try store.create(manifest, replacing: replacing)
            }
            try Self.check(stored, against: manifest, run: store.run)
            return stored ?? manifest
        }
        (manifest.id, manifest.lease) = (joined.id, joined.lease)
        if manifest.lease != settings.lease {
            logger.notice(
                """
                the run's --lease is \(manifest.lease) s, as set by its first shard; the \(settings.lease) s given \
                here are ignored
                """
            )
        }
        try await awaitVacancy()
        let now = Generation(millisecondsSince1970: WallClock.milliseconds(), random: .random(in: .min ... .max))
        let proposed = max(now, earlier?.next ?? now)
        ledger.generation = try await persistently { [store, settings] () throws(CountStoreError) in
            try store.claim(shard: settings.shard, proposed: proposed)
        }
        return (manifest.id, ledger.generation)
    }

    /// Waits until no process that may be alive holds the shard. Throws `.occupied` as soon as that process reports
    /// again. Does not wait for a process of this machine that has ended, such as that of a restarted shard.
    private func awaitVacancy() async throws {
        var heard: Double?
        while true {
            let status = try await persistently { [store, settings] () throws(CountStoreError) in
                try store.statuses().first { $0.progress.shard == settings.shard }
            }
            guard let status, status.progress.state == .sampling, status.silence < manifest.lease else { return }
            let progress = status.progress
            let holder = "process \(progress.process) on \(progress.host) (last report \(Int(status.silence)) s ago)"
            if settings.takeOver {
                logger.warning(
                    "taking shard \(settings.shard) over from \(holder); if it still runs, it ends with exit code 76")
                return
            }
            if progress.host == settings.host, LocalProcess.hasEnded(progress.process) { return }
            if let heard, status.silence < heard {
                throw CountStoreError.occupied(shard: settings.shard, holder: holder)
            }
            if heard == nil {
                logger.info(
                    "shard \(settings.shard) is held by \(holder); waiting until it is silent for \(manifest.lease) s"
                )
            }
            heard = status.silence
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private static func check(
        _ stored: RunManifest?, against given: RunManifest, run: String
    ) throws(CountStoreError) {
        let differences = stored?.differences(from: given) ?? []
        if !differences.isEmpty { throw .mismatch(run: run, differences: differences) }
    }

    // MARK: The ledger

    /// The seconds after which a long exchange logs its progress, and between two such messages.
    private static let patience = 5.0
    /// The attempts at a block before the exchange goes on to other blocks. A store that keeps its contract does not
    /// refuse a block that often.
    private static let attempts = 16

    /// The work that the sampling submits between two steps.
    struct Batch: Sendable {
        var rows: [ShardLedger.OwnRows] = []
        var sweep: Int
        var documents: [DocumentChunk] = []
        /// Blocks that will be sampled soon, of which only the counts of the other shards are read.
        var ahead: [Int] = []
        /// The progress to report afterwards; if it is set, the answer has the statuses of all shards.
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
        /// If progress was reported, the sweeps that this shard had done then, and the statuses of all shards.
        var statuses: (sweep: Int, shards: [ShardStatus])?
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
            let exchanged = try await persistently { [ahead, store] () throws(CountStoreError) in
                try ledger.exchange(
                    part, sweep: batch.sweep, lookingAt: ahead, with: store, attempts: Self.attempts)
            }
            answer.others += exchanged
            let done = Set(exchanged.map(\.block))
            open.removeAll { done.contains($0.block) }
            ahead = []
            if !open.isEmpty, lastLine.secondsSince > Self.patience {
                lastLine = .now
                logger.info(
                    """
                    an exchange with the store is in progress: \(batch.rows.count - open.count) of \
                    \(batch.rows.count) blocks done
                    """,
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
            try await persistently { [store, settings, ledger] () throws(CountStoreError) in
                try store.publish(
                    documents: bytes, chunk: number, ofShard: settings.shard, generation: ledger.generation)
            }
        }
        answer.seconds = answer.began.secondsSince
        if let progress = batch.progress {
            try report(progress)
            if let shards = try statusesIfAvailable() { answer.statuses = (progress.sweep, shards) }
        }
        return answer
    }

    // MARK: The other shards

    /// Reports the progress of this shard, and restores the manifest if the store has lost it. Does nothing if the
    /// store is unreachable: the next report tries again.
    func report(_ progress: ShardProgress) throws(CountStoreError) {
        do {
            try Self.check(try store.create(manifest, replacing: nil), against: manifest, run: store.run)
            try store.report(progress, generation: ledger.generation)
        } catch {
            if case .unavailable = error { return }
            throw error
        }
    }

    /// Reports the value of `progress` once a second until cancelled. An error is passed to `beside`.
    func heartbeat(_ progress: LockedValue<ShardProgress>, _ beside: ExchangeBeside) async {
        do {
            while !Task.isCancelled {
                try report(progress.value)
                try await Task.sleep(for: .seconds(1))
            }
        } catch is CancellationError {
            return
        } catch {
            beside.fail(error)
        }
    }

    /// Reads the statuses of all shards. Logs each shard that has become silent, and each that reports again.
    func statuses() async throws -> [ShardStatus] {
        noting(try await persistently { [store] () throws(CountStoreError) in try store.statuses() })
    }

    private func noting(_ statuses: [ShardStatus]) -> [ShardStatus] {
        // A shard number that the run does not have is damage in the store.
        let statuses = statuses.filter { $0.progress.shard < settings.shards }
        for line in awaited.changes(statuses, shard: settings.shard, lease: manifest.lease) {
            logger.warning("\(line)")
        }
        return statuses
    }

    /// Reads the statuses in the same way, but returns nil instead of waiting if the store does not answer.
    func statusesIfAvailable() throws(CountStoreError) -> [ShardStatus]? {
        do throws(CountStoreError) { return noting(try store.statuses()) } catch {
            if case .unavailable = error { return nil }
            throw error
        }
    }

    /// Whether shards that have not reported yet may still be starting.
    var isYoung: Bool { born.secondsSince < manifest.lease }

    /// The lease of the run, in seconds.
    var lease: Double { manifest.lease }

    /// The longest pause between two reads of the statuses, in milliseconds. It grows with the number of shards,
    /// because the answer has an entry for each shard.
    nonisolated var longestPause: Double { max(100, 2 * Double(settings.shards)) }

    /// Waits until every living shard has done `sweep` sweeps. A shard that has not started has one lease to do so.
    func awaitSweep(_ sweep: Int, _ beside: ExchangeBeside) async throws {
        var pause = 1.0
        let began = ContinuousClock.now
        while sweep > 0, !stop() {
            _ = try beside.collect()  // The heartbeat may have failed.
            let statuses = try await statuses()
            let isIncomplete = statuses.count < settings.shards && isYoung
            guard isIncomplete || statuses.areBehind(sweep, lease: manifest.lease) else { return }
            say(await: statuses, after: began.secondsSince)
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 1.5, longestPause)
        }
    }

    /// Logs for which shards this one waits: after five seconds, when they change, and once a minute.
    func say(await statuses: [ShardStatus], after seconds: Double) {
        guard
            let line = awaited.line(
                statuses, shard: settings.shard, of: settings.shards, seconds)
        else { return }
        logger.info("\(line)")
    }

    /// Waits until all shards of the run have finished, and restores the blocks that the store loses meanwhile.
    /// - Parameters:
    ///   - rows: the shard's final contribution to all blocks.
    ///   - mayResume: whether to return as soon as another living shard has sweeps left.
    /// - Returns: whether it returned because of such a shard.
    func awaitOthers(
        _ rows: [ShardLedger.OwnRows], sweep: Int, mayResume: Bool, _ beside: ExchangeBeside
    ) async throws -> Bool {
        let began = ContinuousClock.now
        var lastCheck = ContinuousClock.now
        while !stop() {
            _ = try beside.collect()  // The heartbeat may have failed.
            let statuses = try await statuses()
            let isLast = statuses.areFinished(shards: settings.shards)
            if isLast || lastCheck.secondsSince > 2 {
                lastCheck = .now
                try await restoreLost(rows, sweep: sweep, comparingCounts: isLast)
            }
            if isLast { return false }
            if mayResume, statuses.slowest(lease: manifest.lease) != nil { return true }
            say(await: statuses, after: began.secondsSince)
            try await Task.sleep(for: .milliseconds(250))
        }
        return false
    }

    /// Writes again the blocks that the store has lost.
    private func restoreLost(_ rows: [ShardLedger.OwnRows], sweep: Int, comparingCounts: Bool) async throws {
        let lost = Set(
            try await persistently { [store, ledger] () throws(CountStoreError) in
                try ledger.lostBlocks(in: store, comparingCounts: comparingCounts)
            })
        guard !lost.isEmpty else { return }
        logger.warning("the store has lost \(lost.count) blocks of this shard; writing them again")
        _ = try await exchange(Batch(rows: rows.filter { lost.contains($0.block) }, sweep: sweep))
    }

    /// Repeats `body` until the store answers. Throws `OutageError` if an outage is longer than allowed.
    private func persistently<Value>(_ body: () throws(CountStoreError) -> Value) async throws -> Value {
        while true {
            switch Result(catching: body) {
            case .success(let value):
                if let outage = retry.succeeded(now: born.secondsSince) {
                    logger.info("the store answers again after \(Int(outage)) s")
                }
                return value
            case .failure(.unavailable(let reason)):
                let decision = retry.failed(now: born.secondsSince, jitter: .random(in: 0..<1))
                guard let wait = decision.wait else { throw OutageError(seconds: decision.outage, reason: reason) }
                if decision.speaks || stop() != saidThatItEnds {
                    saidThatItEnds = stop()
                    let end = saidThatItEnds ? ", so that no counts are lost (a second signal ends this shard)" : ""
                    logger.warning("\(reason); trying again until it answers\(end)")
                }
                try await Task.sleep(for: .seconds(wait))
            case .failure(let error):
                throw error
            }
        }
    }
}
