package import Corpus
package import Counts
import LDA
package import Logging
import Platform
package import Sampling

/// Runs one shard: joins the run, exchanges all blocks, sweeps while exchanges and checkpoints proceed in the
/// background, and finishes. A process calls `run` once.
package struct ShardRun: Sendable {
    private let corpus: ShardCorpus
    private let settings: TrainingSettings
    private let membership: Membership
    private let ledger: LedgerExchange
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
        let model = ModelSettings(
            document: document, priors: settings.priors, seed: settings.seed, cores: settings.cores,
            corpusDigest: corpus.summary.digest, documents: corpus.summary.lines, reading: corpus.summary.reading)
        manifest = RunManifest(
            model, blocks: settings.blocks, shards: settings.shards, deadAfter: settings.deadAfter)
        let calls = StoreCalls(store, maxOutage: settings.maxOutage, logger: logger, stop: stop)
        membership = Membership(manifest, settings: settings, calls: calls)
        let (vocabulary, starts) = (corpus.vocabulary, corpus.blockStarts)
        ledger = LedgerExchange(membership, settings: settings, calls: calls) { block in
            (starts[block]..<starts[block + 1]).map { vocabulary.word($0) }
        }
    }

    /// Runs to the end. Calls `began` when the shard has joined its run and has its initial topics, `observe` after
    /// every sweep, and `keep` with the final state of the slices.
    /// Throws `CheckpointError`, `CountStoreError`, `OutageError`, and the errors of `observe`.
    package func run(
        began: () -> Void = {}, keep: ([SliceState]) -> Void = { _ in }, observe: (SweepReport) throws -> Void
    ) async throws -> ShardOutcome {
        let (chain, sweeps, keeper) = try await begin()
        began()
        let progress = LockedValue(firstProgress(tokens: chain.tokens, sweep: sweeps))
        let background = BackgroundExchange()
        async let _: Void = background.serve(ledger, membership, progress)
        let exchange = ShardExchange(
            settings: settings, documentNames: corpus.documentNames, ledger: ledger, membership: membership,
            background: background, progress: progress)
        var shard = RunningShard(
            chain, sweeps: sweeps, settings: settings, exchange: exchange, keeper: keeper, stop: stop)
        try await shard.train(observe: observe)
        background.close()
        let (outcome, states) = await shard.finish()
        keep(states)
        return outcome
    }

    /// Joins the run. Returns the chain, restored from the checkpoint if there is one, otherwise in its initial state,
    /// and the number of sweeps that it has done.
    private func begin() async throws -> (GibbsChain, sweeps: Int, CheckpointKeeper?) {
        guard let folder = settings.checkpoint else {
            await ledger.begin(try await membership.join().generation)
            return (await start(), 0, nil)
        }
        let file = CheckpointFile(folder: folder, shard: settings.shard)
        var header = CheckpointHeader(
            run: runName, manifest: manifest, shard: settings.shard, slices: corpus.slicesDigest, sweep: 0,
            generation: Generation(0))
        var checkpoint = try await read(file, header)
        let place = try await membership.join(checkpoint: checkpoint?.header.manifest.id, after: file.generation())
        await ledger.begin(place.generation)
        (header.manifest.id, header.generation) = (place.id, place.generation)
        let keeper = CheckpointKeeper(file: file, every: settings.checkpointEvery, header: header, logger: logger)
        if settings.fresh, checkpoint?.header.manifest.id != place.id { checkpoint = nil }
        guard let checkpoint else { return (await start(), 0, keeper) }
        let sweeps = checkpoint.header.sweep
        logger.info(
            sweeps < settings.iterations
                ? "going on from the checkpoint" : "finished already: more sweeps are done with a larger --iterations",
            metadata: ["file": "\(file.path)", "sweep": "\(sweeps)", "iterations": "\(settings.iterations)"])
        let chain = await GibbsChain(corpus, settings: settings, states: checkpoint.states, sweeps: sweeps)
        return (chain, sweeps, keeper)
    }

    /// Creates the chain in its initial state.
    private func start() async -> GibbsChain {
        var topics: [[UInt16]]?
        assignments.update { swap(&topics, &$0) }
        return await GibbsChain(corpus, settings: settings, assignments: topics)
    }

    /// Reads the checkpoint. With `fresh`, a checkpoint that cannot be continued is ignored.
    private func read(_ file: CheckpointFile, _ header: CheckpointHeader) async throws -> Checkpoint? {
        do throws(CheckpointError) { return try await file.read(header, corpus.slices) } catch {
            guard settings.fresh else { throw error }
            logger.warning("\(file.path) will be replaced (\(error))")
            return nil
        }
    }

    private func firstProgress(tokens: Int, sweep: Int) -> ShardProgress {
        ShardProgress(
            shard: settings.shard, sweep: sweep, iterations: settings.iterations,
            documents: corpus.summary.documents, tokens: tokens,
            publishesDocuments: settings.publishDocuments, host: settings.host, process: settings.process)
    }
}
