package import Corpus
package import Counts
package import Logging
package import Sampling

/// A shard's life: join the run, exchange, sweep with the exchange and the checkpoints beside, finish. One process,
/// one call of `run`.
package struct ShardRun: Sendable {
    private let corpus: ShardCorpus
    private let settings: TrainingSettings
    private let lane: StoreLane
    private let runName: String
    private let manifest: RunManifest
    private let logger: Logger
    private let stop: @Sendable () -> Bool
    /// Taken when the chain starts.
    private let assignments: Shared<[[UInt16]]?>

    /// - Parameters:
    ///   - document: the base name of the document file, for the manifest.
    ///   - assignments: by slice, the topics to start from; nil: those of `ChainStart`.
    ///   - stop: whether to end early; asked after every step.
    package init(
        corpus: ShardCorpus, document: String, settings: TrainingSettings, assignments: [[UInt16]]? = nil,
        store: any CountStore, logger: Logger, stop: @escaping @Sendable () -> Bool
    ) {
        self.assignments = Shared(assignments)
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

    /// Runs to the end, telling `observe` of every sweep, and handing to `keep` what the last one left of the slices.
    /// Throws `CheckpointError`, `CountStoreError`, `OutageError`, and what `observe` throws.
    package func run(
        keep: ([SliceState]) -> Void = { _ in }, observe: (SweepReport) throws -> Void
    ) async throws -> ShardOutcome {
        var outcome = ShardOutcome()
        var (chain, keeper) = try await begin(&outcome)
        let progress = Shared(firstProgress(tokens: chain.tokens, sweep: outcome.sweeps))
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
                // A shard that starts late, or comes back after a fault, finds the others sampling with it.
                goesOn = try await lane.awaitOthers(
                    allRows(chain), sweep: outcome.sweeps, mayResume: settings.extraSweeps, beside)
                if goesOn { progress.update { $0.state = .sampling } }
            }
        }
        beside.close()
        keep(await chain.snapshot())
        return outcome
    }

    /// The chain at its start.
    private func start() async -> GibbsChain {
        var topics: [[UInt16]]?
        assignments.update { swap(&topics, &$0) }
        return await GibbsChain(corpus, settings: settings, assignments: topics)
    }

    /// Joins the run, with the chain where its checkpoint has it, else at its start.
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

    /// With `fresh`, what cannot be gone on from is as good as not there.
    private func read(_ file: CheckpointFile, _ header: CheckpointHeader) async throws -> Checkpoint? {
        do throws(CheckpointError) { return try await file.read(header, corpus.slices) } catch {
            guard settings.fresh else { throw error }
            logger.warning("\(file.path) will be replaced (\(error))")
            return nil
        }
    }

    /// All sweeps, with the exchange beside them, and extra sweeps while other shards are waited for.
    private func sweepAll(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ progress: Shared<ShardProgress>,
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

    /// What a shard knows between two sweeps.
    private struct Course {
        var schedule: ExchangeSchedule
        var pace: Pace
        /// Since the last line of metrics.
        var waits = Waits()
        /// Seconds that the last sweep took.
        var sweepSeconds = 0.0

        init(_ settings: TrainingSettings) {
            schedule = ExchangeSchedule(
                blocks: settings.blocks, syncEvery: settings.syncEvery, share: settings.exchangeShare)
            pace = Pace(staleness: settings.staleness)
        }
    }

    /// Holds this shard while others are too far behind, or, when it has done its sweeps, until they have too. It
    /// waits as long as one of its sweeps takes, then does an extra one: so the processor is half free for those that
    /// are behind, where they share it, and the documents here keep up with the counts that those bring. Some time
    /// later all end at one time.
    private func catchUp(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: Shared<ShardProgress>, _ beside: ExchangeBeside
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

    /// Waits while this shard is held, at most as long as one of its sweeps takes. Returns whether to do an extra
    /// sweep.
    private func hold(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: Shared<ShardProgress>, _ beside: ExchangeBeside, since beginning: ContinuousClock.Instant
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
            // A store that is away holds nobody: sampling goes on with what was seen last.
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

    /// The checkpoint before this sweep is on the disk, or has failed.
    private func settle(_ keeper: inout CheckpointKeeper?, _ outcome: inout ShardOutcome) async throws {
        let began = ContinuousClock.now
        try await keeper?.settle()
        outcome.checkpointFailure = keeper?.failure
        outcome.checkpointSeconds += began.secondsSince
    }

    /// One sweep. When `outcome.stopped` is set, what was done of it; all, where a checkpoint is to be taken after it.
    private func sweep(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: Shared<ShardProgress>, _ beside: ExchangeBeside, _ report: inout SweepReport, isExtra: Bool = false
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

    /// If the exchange beside the sampling is free: takes what has come of the last batch, and hands over the next if
    /// anything is due.
    private func exchange(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course, _ beside: ExchangeBeside,
        after step: Int? = nil, _ progress: Shared<ShardProgress>? = nil
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

    /// Whether after `sweeps` sweeps come the last ones, in which each exchange is waited for: then a core samples a
    /// block with what the others hold one step before, and no longer up to a few sweeps. A chain of which every part
    /// is sampled on an old view of the others ends with a lower likelihood than one process reaches; a few sweeps on
    /// a fresh one suffice to make up for that.
    private func isSettling(_ sweeps: Int) -> Bool {
        settings.syncEvery != nil && settings.shards > 1 && sweeps >= settings.iterations - settings.settling
    }

    /// Before a sweep, where all shards keep in step: brings what the store has of this shard up to its last sweep,
    /// waits for the others to have done theirs, and looks at what all have.
    private func keepInStep(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ course: inout Course,
        _ progress: Shared<ShardProgress>, _ beside: ExchangeBeside
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

    /// Exchanges every block while nothing is sampled: the first thing and the last.
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

    /// What to exchange beside the next steps: the blocks due, and a look at those that the step after the next begins
    /// with, for which the answer comes just in time. Documents go with the last step of a sweep.
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

    /// The documents of all slices with their topics, `DocumentChunk.capacity` at a time.
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
