package import Corpus
package import Counts
package import Logging
import Platform
package import Sampling

/// Runs one shard: joins the run, exchanges all blocks, sweeps while exchanges and checkpoints proceed in the
/// background, and finishes. A process calls `run` once.
package struct ShardRun: Sendable {
    private let corpus: ShardCorpus
    private let settings: TrainingSettings
    private let lane: StoreLane
    private let runName: String
    private let manifest: RunManifest
    private let logger: Logger
    private let stop: @Sendable () -> Bool
    /// The initial topics of each slice; moved out when the chain is created.
    private let assignments: LockedValue<[[UInt16]]?>

    /// - Parameters:
    ///   - document: the base name of the document file, for the manifest.
    ///   - assignments: the initial topics of each slice; nil means those of `InitialTopics`.
    ///   - stop: returns whether to stop early; called after every step.
    package init(
        corpus: ShardCorpus, document: String, settings: TrainingSettings, assignments: [[UInt16]]? = nil,
        store: any CountStore, logger: Logger, stop: @escaping @Sendable () -> Bool
    ) {
        self.assignments = LockedValue(assignments)
        self.corpus = corpus
        self.settings = settings
        self.logger = logger
        self.stop = stop
        runName = store.run
        manifest = RunManifest(
            document: document, topics: settings.priors.topics, alpha: settings.priors.alpha[0],
            beta: settings.priors.beta, seed: settings.seed, blocks: settings.blocks, shards: settings.shards,
            cores: settings.cores, corpusDigest: corpus.summary.digest, documents: corpus.summary.lines,
            reading: corpus.summary.reading, lease: settings.lease)
        let (vocabulary, starts) = (corpus.vocabulary, corpus.blockStarts)
        lane = StoreLane(store: store, manifest: manifest, settings: settings, logger: logger, stop: stop) { block in
            (starts[block]..<starts[block + 1]).map { vocabulary.word($0) }
        }
    }

    /// Runs to the end. Calls `observe` after every sweep, and `keep` with the final state of the slices.
    /// Throws `CheckpointError`, `CountStoreError`, `OutageError`, and the errors of `observe`.
    package func run(
        keep: ([SliceState]) -> Void = { _ in }, observe: (SweepReport) throws -> Void
    ) async throws -> ShardOutcome {
        var outcome = ShardOutcome()
        var (chain, keeper) = try await begin(&outcome)
        let progress = LockedValue(firstProgress(tokens: chain.tokens, sweep: outcome.sweeps))
        let beside = ExchangeBeside()
        async let _: Void = lane.heartbeat(progress, beside)
        async let _: Void = beside.serve(lane)

        try await exchangeAll(&chain, &outcome)
        var goesOn = true
        while goesOn {
            try await sweepAll(&chain, &outcome, progress, beside, &keeper, observe)
            try await exchangeAll(&chain, &outcome)
            progress.update { $0.state = outcome.stopped ? .stopped : .finished }
            try await lane.report(progress.value)
            goesOn = false
            if !outcome.stopped && !settings.leave {
                // Resume sampling if a shard that started late or was restarted still has sweeps to do.
                goesOn = try await lane.awaitOthers(
                    allRows(chain), sweep: outcome.sweeps, mayResume: settings.extraSweeps, beside)
                if goesOn { progress.update { $0.state = .sampling } }
            }
        }
        beside.close()
        keep(await chain.snapshot())
        return outcome
    }

    /// Creates the chain in its initial state.
    private func start() async -> GibbsChain {
        var topics: [[UInt16]]?
        assignments.update { swap(&topics, &$0) }
        return await GibbsChain(corpus, settings: settings, assignments: topics)
    }

    /// Joins the run. Returns the chain, restored from the checkpoint if there is one, otherwise in its initial state.
    private func begin(_ outcome: inout ShardOutcome) async throws -> (GibbsChain, CheckpointKeeper?) {
        guard let folder = settings.checkpoint else {
            _ = try await lane.join()
            return (await start(), nil)
        }
        let file = CheckpointFile(folder: folder, shard: settings.shard)
        var header = CheckpointHeader(
            run: runName, manifest: manifest, shard: settings.shard, slices: corpus.slicesDigest, sweep: 0,
            generation: Generation(0))
        var checkpoint = try await read(file, header)
        let place = try await lane.join(checkpoint: checkpoint?.header.manifest.id, after: file.generation())
        (header.manifest.id, header.generation) = (place.id, place.generation)
        let keeper = CheckpointKeeper(file: file, every: settings.checkpointEvery, header: header, logger: logger)
        if settings.fresh, checkpoint?.header.manifest.id != place.id { checkpoint = nil }
        guard let checkpoint else { return (await start(), keeper) }
        outcome.sweeps = checkpoint.header.sweep
        logger.info(
            outcome.sweeps < settings.iterations
                ? "going on from the checkpoint" : "finished already: more sweeps are done with a larger --iterations",
            metadata: ["file": "\(file.path)", "sweep": "\(outcome.sweeps)", "iterations": "\(settings.iterations)"])
        let chain = await GibbsChain(corpus, settings: settings, states: checkpoint.states, sweeps: outcome.sweeps)
        return (chain, keeper)
    }

    /// Reads the checkpoint. With `fresh`, a checkpoint that cannot be continued is ignored.
    private func read(_ file: CheckpointFile, _ header: CheckpointHeader) async throws -> Checkpoint? {
        do throws(CheckpointError) { return try await file.read(header, corpus.slices) } catch {
            guard settings.fresh else { throw error }
            logger.warning("\(file.path) will be replaced (\(error))")
            return nil
        }
    }

    /// Does all sweeps, with exchanges in the background, and extra sweeps while waiting for other shards.
    private func sweepAll(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ progress: LockedValue<ShardProgress>,
        _ beside: ExchangeBeside, _ keeper: inout CheckpointKeeper?, _ observe: (SweepReport) throws -> Void
    ) async throws {
        var course = Course(settings)
        let (began, before) = (ContinuousClock.now, outcome.waits)
        var isKept = true
        while !outcome.stopped {
            if settings.staleness == 0, outcome.sweeps < settings.iterations {
                try await keepInStep(&chain, &outcome, &course, progress, beside)
            }
            try await catchUp(&chain, &outcome, &course, progress, beside)
            if outcome.stopped || outcome.sweeps >= settings.iterations { break }
            var report = SweepReport(sweep: outcome.sweeps + 1, tokens: chain.tokens)
            try await sweep(&chain, &outcome, &course, progress, beside, &report)
            if outcome.stopped && settings.checkpoint == nil { break }
            outcome.sweeps += 1
            if outcome.sweeps == settings.iterations { outcome.stopped = false }
            report.elapsed = began.secondsSince
            report.viewAge = chain.viewAge
            (report.waits, course.waits) = (course.waits, Waits())
            if report.sweep.isMultiple(of: settings.showEvery) || report.sweep == settings.iterations {
                report.logLikelihoodPerToken = await chain.logLikelihoodPerToken()
                outcome.logLikelihoodPerToken = report.logLikelihoodPerToken
            }
            let exchanges = outcome.exchangedBlocks / settings.blocks
            progress.update { progress in
                progress.sweep = report.sweep
                progress.tokensPerSecond = Int(report.tokensPerSecond)
                progress.logLikelihoodPerToken = report.logLikelihoodPerToken ?? progress.logLikelihoodPerToken
                progress.exchanges = exchanges
            }
            try await settle(&keeper, &outcome)
            try observe(report)
            let packing = ContinuousClock.now
            let isLast = outcome.stopped || outcome.sweeps == settings.iterations
            await keeper?.swept(outcome.sweeps, isLast: isLast, chain)
            isKept = isLast
            outcome.checkpointSeconds += packing.secondsSince
        }
        try await settle(&keeper, &outcome)
        await beside.settle()
        if let answer = try beside.collect() { take(answer, into: &chain, &outcome, &course) }
        let hasExtra = outcome.waits.extraSweeps > before.extraSweeps && outcome.sweeps >= settings.iterations
        if hasExtra { outcome.logLikelihoodPerToken = await chain.logLikelihoodPerToken() }
        if hasExtra || !isKept {
            await keeper?.swept(outcome.sweeps, isLast: true, chain)
            try await settle(&keeper, &outcome)
        }
    }

    /// The state that is kept from one sweep to the next.
    private struct Course {
        var schedule: ExchangeSchedule
        var pace: Pace
        /// The waits since the last line of metrics.
        var waits = Waits()
        /// The duration of the last sweep in seconds.
        var sweepSeconds = 0.0

        init(_ settings: TrainingSettings) {
            schedule = ExchangeSchedule(
                blocks: settings.blocks, syncEvery: settings.syncEvery, share: settings.exchangeShare)
            pace = Pace(staleness: settings.staleness)
        }
    }

    /// Holds this shard while others are too far behind or, when it has done its sweeps, until they have done theirs.
    /// It alternates between waiting for the duration of a sweep and doing an extra sweep. This leaves half of the
    /// processor to slower shards that share it, and the topics here follow the counts that those shards write. All
    /// shards then finish at about the same time.
    private func catchUp(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: LockedValue<ShardProgress>, _ beside: ExchangeBeside
    ) async throws {
        let began = ContinuousClock.now
        var isHeld = false
        while try await hold(&chain, &outcome, &course, progress, beside, since: began) {
            isHeld = true
            var report = SweepReport(sweep: outcome.sweeps, tokens: chain.tokens)
            try await sweep(&chain, &outcome, &course, progress, beside, &report, isExtra: true)
            (course.waits.extraSweeps, outcome.waits.extraSweeps) = (
                course.waits.extraSweeps + 1, outcome.waits.extraSweeps + 1
            )
            let extraSweeps = outcome.waits.extraSweeps
            progress.update { $0.extraSweeps = extraSweeps }
            if outcome.stopped {
                outcome.stopped = outcome.sweeps < settings.iterations
                break
            }
        }
        if isHeld || began.secondsSince > course.sweepSeconds {
            note(Waits(longestHold: began.secondsSince), &outcome, &course)
        }
    }

    /// Waits while this shard is held, at most for the duration of one of its sweeps. Returns whether to do an extra
    /// sweep.
    private func hold(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: LockedValue<ShardProgress>, _ beside: ExchangeBeside, since beginning: ContinuousClock.Instant
    ) async throws -> Bool {
        func isHeld(_ pace: Pace, _ sweeps: Int) -> Bool {
            if sweeps < settings.iterations { return settings.staleness != 0 && pace.holds(after: sweeps) }
            return settings.extraSweeps && !settings.leave && pace.slowest != nil
        }
        guard settings.shards > 1, isHeld(course.pace, outcome.sweeps) else { return false }
        let began = ContinuousClock.now
        var pause = 2.0
        try await lane.report(progress.value)
        while true {
            try await exchange(&chain, &outcome, &course, beside)
            // An unreachable store holds no shard: sampling continues with the counts that were read last.
            guard let statuses = try await lane.statusesIfAvailable() else { return false }
            course.pace.look(
                statuses, after: outcome.sweeps, shard: settings.shard, of: settings.shards, lease: await lane.lease,
                isYoung: await lane.isYoung)
            if stop() {
                outcome.stopped = outcome.sweeps < settings.iterations
                return false
            }
            if !isHeld(course.pace, outcome.sweeps) { return false }
            await lane.say(await: statuses, after: beginning.secondsSince)
            if settings.extraSweeps, began.secondsSince >= course.sweepSeconds { return true }
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 1.5, lane.longestPause)
        }
    }

    private func note(_ waits: Waits, _ outcome: inout ShardOutcome, _ course: inout Course) {
        course.waits.add(waits)
        outcome.waits.add(waits)
    }

    /// Waits until the previous checkpoint is on disk or has failed.
    private func settle(_ keeper: inout CheckpointKeeper?, _ outcome: inout ShardOutcome) async throws {
        let began = ContinuousClock.now
        try await keeper?.settle()
        outcome.checkpointFailure = keeper?.failure
        outcome.checkpointSeconds += began.secondsSince
    }

    /// Does one sweep. A stop (`outcome.stopped`) ends it early, unless a checkpoint is to be taken after it.
    private func sweep(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: LockedValue<ShardProgress>, _ beside: ExchangeBeside, _ report: inout SweepReport,
        isExtra: Bool = false
    ) async throws {
        let began = ContinuousClock.now
        let (blocks, seconds, number) = (outcome.exchangedBlocks, outcome.exchangeBesideSeconds, outcome.sweeps + 1)
        report.changed = try await chain.sweep(isExtra: isExtra) { chain, step in
            course.schedule.stepEnded(
                sweep: number + outcome.waits.extraSweeps, blocks: chain.rotation.blocks(core: 0, step: step))
            try await exchange(&chain, &outcome, &course, beside, after: step, progress)
            outcome.stopped = stop()
            return !outcome.stopped || (settings.checkpoint != nil && !isExtra)
        }
        report.seconds = began.secondsSince
        course.sweepSeconds = report.seconds
        course.schedule.sweepEnded(
            seconds: report.seconds, blocks: outcome.exchangedBlocks - blocks,
            exchangeSeconds: outcome.exchangeBesideSeconds - seconds)
        outcome.sampleSeconds += report.seconds
        if !outcome.stopped || settings.checkpoint != nil { outcome.sampledTokens += chain.tokens }
    }

    /// Unless a background exchange is still in progress, takes the result of the last batch, and submits the next one
    /// if anything is due.
    private func exchange(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course, _ beside: ExchangeBeside,
        after step: Int? = nil, _ progress: LockedValue<ShardProgress>? = nil
    ) async throws {
        guard let answer = try beside.collect() else { return }
        take(answer, into: &chain, &outcome, &course)
        if let statuses = answer.statuses {
            course.pace.look(
                statuses.shards, after: statuses.sweep, shard: settings.shard, of: settings.shards,
                lease: await lane.lease, isYoung: await lane.isYoung)
        }
        var batch = StoreLane.Batch(rows: [], sweep: outcome.sweeps)
        course.schedule.isSettling = isSettling(outcome.sweeps)
        if let step, step.isMultiple(of: course.schedule.period) || step == chain.rotation.steps - 1 {
            batch = await self.batch(
                course.schedule.take { chain.has($0) }, after: step, of: chain, sweep: outcome.sweeps,
                looksAhead: course.schedule.period == settings.syncEvery)
        } else if step == nil {
            batch.rows = chain.ownRows(course.schedule.take())
        }
        if let progress, settings.shards > 1, course.pace.asks(after: outcome.sweeps) {
            batch.progress = progress.value
        }
        if !batch.isEmpty { beside.submit(batch) }
        if step != nil, isSettling(outcome.sweeps) {
            await beside.settle()
            if let answer = try beside.collect() { take(answer, into: &chain, &outcome, &course) }
        }
    }

    /// Whether the sweep after `sweeps` sweeps is one of the last, which wait for each exchange. In them a core samples
    /// a block with counts of the other shards that are one step old, not up to a few sweeps old. A chain that is
    /// sampled only on old counts ends with a lower likelihood than one process; a few sweeps on fresh counts make up
    /// for that.
    private func isSettling(_ sweeps: Int) -> Bool {
        settings.syncEvery != nil && settings.shards > 1 && sweeps >= settings.iterations - settings.settling
    }

    /// Prepares a sweep when all shards keep in step: writes the counts of this shard after its last sweep, waits until
    /// the other shards have done that sweep too, and reads their counts.
    private func keepInStep(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: LockedValue<ShardProgress>, _ beside: ExchangeBeside
    ) async throws {
        let began = ContinuousClock.now
        await beside.settle()
        if let answer = try beside.collect() { take(answer, into: &chain, &outcome, &course) }
        let rest = StoreLane.Batch(rows: chain.ownRows(course.schedule.take()), sweep: outcome.sweeps)
        take(try await lane.exchange(rest), into: &chain, &outcome, &course)
        try await lane.report(progress.value)
        try await lane.awaitSweep(outcome.sweeps, beside)
        let view = StoreLane.Batch(sweep: outcome.sweeps, ahead: Array(0..<settings.blocks))
        take(try await lane.exchange(view), into: &chain, &outcome, &course)
        outcome.exchangeSeconds += began.secondsSince
        note(Waits(longestHold: began.secondsSince), &outcome, &course)
    }

    private func take(
        _ answer: StoreLane.Answer, into chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course
    ) {
        chain.install(answer.others, read: answer.began)
        outcome.exchangedBlocks += answer.blocks
        outcome.exchangeBesideSeconds += answer.seconds
        note(Waits(refusedWrites: answer.refused), &outcome, &course)
    }

    /// Exchanges every block while nothing is sampled, before the first sweep and after the last.
    private func exchangeAll(_ chain: inout GibbsChain, _ outcome: inout ShardOutcome) async throws {
        let began = ContinuousClock.now
        var batch = StoreLane.Batch(rows: allRows(chain), sweep: outcome.sweeps)
        if settings.publishDocuments { batch.documents = await documentChunks(chain) }
        let answer = try await lane.exchange(batch)
        chain.install(answer.others, read: answer.began)
        outcome.exchangedBlocks += answer.blocks
        outcome.exchangeSeconds += began.secondsSince
        outcome.waits.add(Waits(longestExchange: began.secondsSince, refusedWrites: answer.refused))
    }

    /// Returns what to exchange during the next steps: the blocks due, and a read of those with which the step after
    /// the next begins, so that their counts arrive just in time. The last step of a sweep adds the documents.
    private func batch(
        _ due: [Int], after step: Int, of chain: GibbsChain, sweep: Int, looksAhead: Bool
    ) async -> StoreLane.Batch {
        var batch = StoreLane.Batch(rows: chain.ownRows(due), sweep: sweep)
        if looksAhead && !due.isEmpty { batch.ahead = chain.rotation.blocks(core: settings.cores - 1, step: step + 2) }
        if settings.publishDocuments && step == chain.rotation.steps - 1 {
            batch.documents = await documentChunks(chain)
        }
        return batch
    }

    private func allRows(_ chain: GibbsChain) -> [ShardLedger.OwnRows] {
        chain.ownRows(Array(0..<settings.blocks))
    }

    /// Returns the documents of all slices with their topics, in chunks of `DocumentChunk.capacity`.
    private func documentChunks(_ chain: GibbsChain) async -> [DocumentChunk] {
        var chunks: [DocumentChunk] = []
        for (names, rows) in zip(corpus.documentNames, await chain.documentRows()) {
            for first in stride(from: 0, to: rows.count, by: DocumentChunk.capacity) {
                let documents = Array(first..<min(first + DocumentChunk.capacity, rows.count))
                chunks.append(
                    DocumentChunk(names: WordList(documents.map { names[$0] }), rows: rows.selecting(documents)))
            }
        }
        return chunks
    }

    private func firstProgress(tokens: Int, sweep: Int) -> ShardProgress {
        ShardProgress(
            shard: settings.shard, sweep: sweep, iterations: settings.iterations,
            documents: corpus.summary.documents, tokens: tokens,
            publishesDocuments: settings.publishDocuments, host: settings.host, process: settings.process)
    }
}
