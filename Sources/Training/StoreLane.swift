import Counts
import Logging
import Sampling

/// All that a shard says to its store, one thing at a time, on a thread of its own beside the sampling.
///
/// While the store does not answer, it tries again by `RetryPolicy`; the sampling goes on meanwhile on its last view.
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
    /// Whether the log has a line that the shard waits for the store only to end.
    private var saidThatItEnds = false
    /// Where `retry`'s clock starts.
    private let born = ContinuousClock.now

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter words: the shard's own words in a block.
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

    /// Takes part in the run, as `RunAdmission` decides, and takes the shard over from any earlier process.
    ///
    /// - Parameters:
    ///   - checkpoint: the id of the run that this shard has a checkpoint of.
    ///   - earlier: a process of this shard that came before, if the store should not know of it.
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
                "the run's --lease is \(manifest.lease) s, which its first shard was given; the \(settings.lease) s given here are not used"
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

    /// Stays until no process that may be alive holds the shard; throws `.occupied` as soon as one shows that it is.
    /// A process of this machine that has ended, such as the predecessor of a restarted shard, is not waited for.
    private func awaitVacancy() async throws {
        var heard: Double?
        while true {
            let status = try await persistently { [store, settings] () throws(CountStoreError) in
                try store.statuses().first { $0.progress.shard == settings.shard }
            }
            guard let status, status.progress.state == .sampling, status.silence < manifest.lease else { return }
            let progress = status.progress
            let holder = "process \(progress.process) on \(progress.host), heard \(Int(status.silence)) s ago"
            if settings.takeOver {
                logger.warning(
                    "taking shard \(settings.shard) over from \(holder); if that still runs it ends with exit code 76")
                return
            }
            if progress.host == settings.host, LocalProcess.hasEnded(progress.process) { return }
            if let heard, status.silence < heard {
                throw CountStoreError.occupied(shard: settings.shard, holder: holder)
            }
            if heard == nil {
                logger.info(
                    "shard \(settings.shard) is held by \(holder); waiting until that is silent for \(manifest.lease) s"
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

    /// Seconds after which an exchange that is not done says how far it is, again and again.
    private static let patience = 5.0
    /// Tries of a block before the others have a turn to be heard: a store that keeps its contract refuses no block
    /// so often.
    private static let attempts = 16

    /// What the sampling hands over between two steps.
    struct Batch: Sendable {
        var rows: [ShardLedger.OwnRows] = []
        var sweep: Int
        var documents: [DocumentChunk] = []
        /// Blocks to be sampled soon, of which only the others' counts are wanted.
        var ahead: [Int] = []
        /// What to report then, if anything; the answer says how far the others are.
        var progress: ShardProgress?

        var isEmpty: Bool { rows.isEmpty && documents.isEmpty && progress == nil }
    }

    /// What has come of a batch.
    struct Answer: Sendable {
        let began = ContinuousClock.now
        var others: [ShardLedger.OthersRows] = []
        /// Blocks exchanged.
        var blocks = 0
        var seconds = 0.0
        /// Writes that were refused and done again.
        var refused = 0
        /// The shards, if progress was reported, after these sweeps of this one.
        var statuses: (sweep: Int, shards: [ShardStatus])?
    }

    /// Exchanges every block of the batch, trying again as long as it takes, and looks at those that come next on the
    /// way.
    func exchange(_ batch: Batch) async throws -> Answer {
        var answer = Answer()
        let refused = ledger.writes.refused
        var (open, ahead) = (batch.rows, batch.ahead)
        var lastLine = ContinuousClock.now
        repeat {
            // A part at a time, so that a long exchange can say how far it is.
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
                    "an exchange with the store goes on: \(batch.rows.count - open.count) of \(batch.rows.count) blocks done",
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

    /// Says how far this shard is, and puts the manifest back if the store has lost it; an unreachable store is left to
    /// the next time.
    func report(_ progress: ShardProgress) throws(CountStoreError) {
        do {
            try Self.check(try store.create(manifest, replacing: nil), against: manifest, run: store.run)
            try store.report(progress, generation: ledger.generation)
        } catch {
            if case .unavailable = error { return }
            throw error
        }
    }

    /// Reports what `progress` holds once a second until cancelled; if it may no longer, `beside` is told.
    func heartbeat(_ progress: Shared<ShardProgress>, _ beside: ExchangeBeside) async {
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

    /// The shards as the store has them; those that have fallen silent, and those heard again, are named in the log.
    func statuses() async throws -> [ShardStatus] {
        noting(try await persistently { [store] () throws(CountStoreError) in try store.statuses() })
    }

    private func noting(_ statuses: [ShardStatus]) -> [ShardStatus] {
        for line in awaited.changes(statuses, shard: settings.shard, lease: manifest.lease) {
            logger.warning("\(line)")
        }
        return statuses
    }

    /// The same, without waiting for a store that does not answer: nil then.
    func statusesIfAvailable() throws(CountStoreError) -> [ShardStatus]? {
        do throws(CountStoreError) { return noting(try store.statuses()) } catch {
            if case .unavailable = error { return nil }
            throw error
        }
    }

    /// Whether shards that have not reported yet may still be on their way.
    var isYoung: Bool { born.secondsSince < manifest.lease }

    /// The run's.
    var lease: Double { manifest.lease }

    /// Milliseconds between two looks at the other shards, at most. The answer is as long as there are shards, so
    /// each looks the less often the more they are.
    nonisolated var longestPause: Double { max(100, 2 * Double(settings.shards)) }

    /// Stays until every living shard has done `sweep` sweeps. One that has not begun is given the lease to do so.
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

    /// Says, after five seconds and then once a minute, for which shards this one waits.
    func say(await statuses: [ShardStatus], after seconds: Double) {
        guard
            let line = awaited.line(
                statuses, shard: settings.shard, of: settings.shards, seconds)
        else { return }
        logger.info("\(line)")
    }

    /// Stays until all shards of the run have finished, putting back what the store may lose meanwhile.
    /// - Parameters:
    ///   - rows: the shard's last contribution, all blocks.
    ///   - mayResume: whether to end as soon as another shard samples that has sweeps left.
    /// - Returns: whether another shard does.
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
                try await restoreLost(rows, sweep: sweep)
            }
            if isLast { return false }
            if mayResume, statuses.slowest(lease: manifest.lease) != nil { return true }
            say(await: statuses, after: began.secondsSince)
            try await Task.sleep(for: .milliseconds(250))
        }
        return false
    }

    /// Puts back the blocks that the store has lost.
    private func restoreLost(_ rows: [ShardLedger.OwnRows], sweep: Int) async throws {
        let lost = Set(
            try await persistently { [store, ledger] () throws(CountStoreError) in try ledger.lostBlocks(in: store)
            })
        guard !lost.isEmpty else { return }
        logger.warning("the store has lost \(lost.count) blocks of this shard; they are put back")
        _ = try await exchange(Batch(rows: rows.filter { lost.contains($0.block) }, sweep: sweep))
    }

    /// Does `body` until the store answers, or a longer outage than is allowed.
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
                    let end = saidThatItEnds ? ", to end with every count stored (a second signal ends at once)" : ""
                    logger.warning("\(reason); trying again until it answers\(end)")
                }
                try await Task.sleep(for: .seconds(wait))
            case .failure(let error):
                throw error
            }
        }
    }
}
