import Counts
import Logging
import Platform
import Sampling

/// The membership of a shard in its run: it joins, reports its progress, and watches the progress of the others.
actor Membership {
    private let calls: StoreCalls
    private let settings: TrainingSettings
    private var manifest: RunManifest
    private var generation = Generation(0)
    private var awaited = AwaitedShards()
    /// The statuses of all shards as they were read last, and the time of that; nil if they have not been read yet.
    private var statuses: (shards: [ShardStatus], read: ContinuousClock.Instant)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { calls.thread.asUnownedSerialExecutor() }
    private nonisolated var logger: Logger { calls.logger }

    /// - Parameter manifest: the run as this shard describes it.
    init(_ manifest: RunManifest, settings: TrainingSettings, calls: StoreCalls) {
        self.manifest = manifest
        self.settings = settings
        self.calls = calls
    }

    // MARK: Joining

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
        let joined = try await calls.persistently { [settings, manifest] store throws(CountStoreError) -> RunManifest in
            var stored = try store.manifest()
            let decision = RunAdmission.decide(
                run: store.run, stored: stored, statuses: stored == nil ? [] : try store.statuses(), given: manifest,
                shard: settings.shard, deadAfter: settings.deadAfter, fresh: settings.fresh, checkpoint: checkpoint)
            switch decision {
            case .refuse(let error): throw error
            case .join: break
            case .create(let replacing): stored = try store.create(manifest, replacing: replacing)
            }
            try Self.check(stored, against: manifest, run: store.run)
            return stored ?? manifest
        }
        manifest.adopt(joined)
        if manifest.deadAfter != settings.deadAfter {
            logger.notice(
                """
                the run's --dead-after is \(manifest.deadAfter) s, as set by its first shard; \
                the \(settings.deadAfter) s given here are ignored
                """)
        }
        if let earlier = try await awaitVacancy(), earlier.state != .removed {
            logger.notice(
                """
                going on in the place of an earlier process of shard \(settings.shard): its counts in the store are \
                replaced
                """,
                metadata: ["process": "\(earlier.process)", "host": "\(earlier.host)", "sweep": "\(earlier.sweep)"])
        }
        let now = Generation(millisecondsSince1970: WallClock.milliseconds(), random: .random(in: .min ... .max))
        // The store can have lost the claim of the process before, but not its contributions, on other servers.
        let tags = try await calls.persistently { [settings, manifest] store throws(CountStoreError) in
            try store.tags(ofShard: settings.shard, blocks: 0..<manifest.blocks)
        }
        let contributed = tags.compactMap { $0?.generation }.filter(now.isSuperseded).max()
        let proposed = [now, earlier?.next, contributed?.next].compactMap(\.self).max() ?? now
        generation = try await calls.persistently { [settings] store throws(CountStoreError) in
            try store.claim(shard: settings.shard, proposed: proposed)
        }
        return (manifest.id, generation)
    }

    /// Waits until no process that may be alive holds the shard. Throws `.occupied` as soon as that process reports
    /// again. Does not wait for a process of this machine that has ended, such as that of a restarted shard.
    /// - Returns: the last report of the process before; nil if there was none.
    private func awaitVacancy() async throws -> ShardProgress? {
        var heard: Double?
        while true {
            let status = try await calls.persistently { [settings] store throws(CountStoreError) in
                try store.statuses().first { $0.progress.shard == settings.shard }
            }
            guard let status, status.progress.state == .sampling, status.silence < manifest.deadAfter else {
                return status?.progress
            }
            let progress = status.progress
            let holder = "process \(progress.process) on \(progress.host) (last report \(Int(status.silence)) s ago)"
            if settings.takeOver {
                logger.warning(
                    "taking shard \(settings.shard) over from \(holder); if it still runs, it ends with exit code 76")
                return progress
            }
            if progress.host == settings.host, LocalProcess.hasEnded(progress.process) { return progress }
            if let heard, status.silence < heard {
                throw CountStoreError.occupied(shard: settings.shard, holder: holder)
            }
            if heard == nil {
                logger.info(
                    """
                    shard \(settings.shard) is held by \(holder); waiting until it is silent for \
                    \(manifest.deadAfter) s
                    """
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

    // MARK: Reporting

    /// Reports the progress of this shard, and restores the manifest if the store has lost it. Does nothing if the
    /// store does not answer: the next report tries again.
    func report(_ progress: ShardProgress) throws(CountStoreError) {
        _ = try calls.once { store throws(CountStoreError) in
            try Self.check(try store.create(manifest, replacing: nil), against: manifest, run: store.run)
            try store.report(progress, generation: generation)
        }
    }

    /// Reports the value of `progress` once a second until cancelled.
    func heartbeat(_ progress: LockedValue<ShardProgress>) async throws {
        while !Task.isCancelled {
            try report(progress.value)
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
    }

    // MARK: The other shards

    /// Reads the pace of the run and, now and then, the statuses of all shards. Returns nil if the store does not
    /// answer.
    func paceIfAvailable() throws(CountStoreError) -> RunPace? {
        try calls.once { store throws(CountStoreError) in
            try readStatusesIfDue(store)
            return withoutFinished(try store.pace(deadAfter: manifest.deadAfter))
        }
    }

    /// Returns the pace without shards that have finished or left according to their last statuses. They no longer
    /// report, so their entries in the store would stay wrong if they were damaged.
    private func withoutFinished(_ pace: RunPace) -> RunPace {
        var pace = pace
        pace.slowest.removeAll { runner in
            let state = statuses?.shards.first { $0.progress.shard == runner.shard }?.progress.state
            return state == .finished || state == .removed
        }
        return pace
    }

    /// Reads the pace in the same way, but waits until the store answers.
    func pace() async throws -> RunPace {
        try await calls.persistently { store throws(CountStoreError) in
            try readStatusesIfDue(store)
            return withoutFinished(try store.pace(deadAfter: manifest.deadAfter))
        }
    }

    /// Returns whether all shards of the run have finished.
    func isFinished(_ pace: RunPace) -> Bool {
        pace.isFinished(shards: settings.shards) || statuses?.shards.areFinished(shards: settings.shards) ?? false
    }

    /// The seconds between two reads of the statuses. An answer has an entry for each shard and takes about 1.5 us of
    /// the server's time for each, so if all shards read them, this takes 15 us of each second for each shard.
    private var statusInterval: Double { max(1, 0.1 * Double(settings.shards)) }

    /// Reads the statuses if they are older than `statusInterval`. Logs each shard that has become silent, and each
    /// that reports again.
    private func readStatusesIfDue(_ store: any CountStore) throws(CountStoreError) {
        if let statuses, statuses.read.secondsSince < statusInterval { return }
        // A shard number that the run does not have is damage in the store.
        let shards = try store.statuses().filter { $0.progress.shard < settings.shards }
        statuses = (shards, .now)
        for line in awaited.changes(
            shards, shard: settings.shard, of: isYoung ? nil : settings.shards, deadAfter: manifest.deadAfter)
        {
            logger.warning("\(line)")
        }
    }

    /// Whether shards that have not reported yet may still be starting.
    var isYoung: Bool { calls.age < manifest.deadAfter }

    /// The longest pause between two reads of the pace, in milliseconds. It grows with the number of shards, because
    /// all of them may be waiting.
    nonisolated var longestPause: Double { max(100, 0.25 * Double(settings.shards)) }

    /// Waits until every living shard has done `sweep` sweeps. A shard that has not started has the time after which a
    /// silent shard is considered dead to do so.
    func awaitSweep(_ sweep: Int, _ background: BackgroundExchange) async throws {
        var pause = 1.0
        let began = ContinuousClock.now
        while sweep > 0, !calls.stop() {
            try background.check()
            let pace = try await pace()
            let isIncomplete = pace.reported < settings.shards && isYoung
            guard isIncomplete || pace.slowest(besides: settings.shard).map({ $0 < sweep }) ?? false else { return }
            sayWhoIsAwaited(after: began.secondsSince)
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 1.5, longestPause)
        }
    }

    /// Logs for which shards this one waits: after five seconds, when they change, and once a minute.
    func sayWhoIsAwaited(after seconds: Double) {
        guard
            let shards = statuses?.shards,
            let line = awaited.line(shards, shard: settings.shard, of: settings.shards, seconds)
        else { return }
        logger.info("\(line)")
    }
}
