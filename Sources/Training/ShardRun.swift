package import Corpus
package import Counts
package import Logging
package import Sampling

/// A shard's life: join the run, exchange, sweep with the exchange and the checkpoints beside, finish. One process, one call of
/// `run`.
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
            reading: corpus.summary.reading)
        let (vocabulary, starts) = (corpus.vocabulary, corpus.blockStarts)
        lane = StoreLane(store: store, manifest: manifest, settings: settings, logger: logger, stop: stop) { block in
            (starts[block]..<starts[block + 1]).map { vocabulary.word($0) }
        }
    }

    /// Runs to the end, telling `observe` of every sweep, and handing to `keep` what the last one left of the slices. Throws
    /// `CheckpointError`, `CountStoreError`, `OutageError`, and what `observe` throws.
    package func run(
        keep: ([SliceState]) -> Void = { _ in }, observe: (SweepReport) throws -> Void
    ) async throws -> ShardOutcome {
        var outcome = ShardOutcome()
        var (chain, keeper) = try await begin(&outcome)
        let progress = Shared(firstProgress(tokens: chain.tokens, sweep: outcome.sweeps))
        let beside = ExchangeBeside()
        async let _: Void = lane.heartbeat(progress, beside)

        try await exchangeAll(&chain, &outcome)
        try await sweepAll(&chain, &outcome, progress, beside, &keeper, observe)
        try await exchangeAll(&chain, &outcome)
        keep(await chain.snapshot())

        progress.update { $0.state = outcome.stopped ? .stopped : .finished }
        try await lane.report(progress.value)
        if !outcome.stopped && !settings.leave {
            try await lane.awaitOthers(allRows(chain), sweep: outcome.sweeps, beside)
        }
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

    /// All sweeps, with the exchange beside them.
    private func sweepAll(
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ progress: Shared<ShardProgress>,
        _ beside: ExchangeBeside, _ keeper: inout CheckpointKeeper?, _ observe: (SweepReport) throws -> Void
    ) async throws {
        async let served: Void = beside.serve(lane)
        var schedule = ExchangeSchedule(blocks: settings.blocks, syncEvery: settings.syncEvery)
        let began = ContinuousClock.now
        while outcome.sweeps < settings.iterations, !outcome.stopped {
            if let staleness = settings.staleness {
                try await keepUp(staleness, &chain, &outcome, &schedule, progress, beside)
            }
            var report = try await sweep(&chain, &outcome, &schedule, beside)
            if outcome.stopped && settings.checkpoint == nil { break }
            outcome.sweeps += 1
            if outcome.sweeps == settings.iterations { outcome.stopped = false }
            outcome.sampledTokens += chain.tokens
            report.elapsed = began.secondsSince
            report.viewAge = chain.viewAge
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
            outcome.checkpointSeconds += packing.secondsSince
        }
        try await settle(&keeper, &outcome)
        beside.close()
        await served
        if let answer = try beside.collect() { take(answer, into: &chain, &outcome) }
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
        _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ schedule: inout ExchangeSchedule,
        _ beside: ExchangeBeside
    ) async throws -> SweepReport {
        var report = SweepReport(sweep: outcome.sweeps + 1, tokens: chain.tokens)
        let began = ContinuousClock.now
        report.changed = try await chain.sweep { chain, step in
            schedule.stepEnded(sweep: report.sweep, blocks: chain.rotation.blocks(core: 0, step: step))
            if let answer = try beside.collect() {
                take(answer, into: &chain, &outcome)
                let due = schedule.take { chain.has($0) }
                if !due.isEmpty { beside.submit(await batch(due, after: step, of: chain, sweep: outcome.sweeps)) }
            }
            outcome.stopped = stop()
            return !outcome.stopped || settings.checkpoint != nil
        }
        report.seconds = began.secondsSince
        outcome.sampleSeconds += report.seconds
        return report
    }

    /// Before a sweep, where the staleness is bounded: brings what the store has of this shard up to its last sweep, waits
    /// for the shards that are too far behind, and looks at what all have.
    private func keepUp(
        _ staleness: Int, _ chain: inout GibbsChain, _ outcome: inout ShardOutcome, _ schedule: inout ExchangeSchedule,
        _ progress: Shared<ShardProgress>, _ beside: ExchangeBeside
    ) async throws {
        let began = ContinuousClock.now
        await beside.settle()
        if let answer = try beside.collect() { take(answer, into: &chain, &outcome) }
        let rest = StoreLane.Batch(rows: chain.ownRows(schedule.take()), sweep: outcome.sweeps)
        take(try await lane.exchange(rest), into: &chain, &outcome)
        try await lane.report(progress.value)
        try await lane.awaitSweep(outcome.sweeps - staleness, beside)
        let view = StoreLane.Batch(sweep: outcome.sweeps, ahead: Array(0..<settings.blocks))
        take(try await lane.exchange(view), into: &chain, &outcome)
        outcome.exchangeSeconds += began.secondsSince
    }

    private func take(_ answer: StoreLane.Answer, into chain: inout GibbsChain, _ outcome: inout ShardOutcome) {
        chain.install(answer.others, read: answer.began)
        outcome.exchangedBlocks += answer.blocks
        outcome.exchangeBesideSeconds += answer.seconds
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
    }

    /// What to exchange beside the next steps: the blocks due, and a look at those that the step after the next begins
    /// with, for which the answer comes just in time. Documents go with the last step of a sweep.
    private func batch(
        _ due: [Int], after step: Int, of chain: GibbsChain, sweep: Int
    ) async -> StoreLane.Batch {
        var batch = StoreLane.Batch(rows: chain.ownRows(due), sweep: sweep)
        batch.ahead = chain.rotation.blocks(core: settings.cores - 1, step: step + 2)
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
