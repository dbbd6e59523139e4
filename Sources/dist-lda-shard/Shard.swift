import ArgumentParser
import CommandLineTools
import Conversion
import Corpus
import Counts
import Files
import LDA
import Logging
import Models
import Platform
import RedisStore
import Reporting
import Sampling
import Training

/// `dist-lda-shard`: the command line, and the three steps of the tool: read the documents, train, write the results.
struct Shard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dist-lda-shard",
        abstract: "Trains an LDA topic model by exact collapsed Gibbs sampling, alone or as one shard of a cluster.",
        discussion: """
            Without --redis, it trains alone on this machine, writes the model to OUTPUT and prints the topics. With \
            --redis, it is one of --shards shards that share their counts through a Redis server; dist-lda-listener \
            writes their model.

            It writes OUTPUT/run.json and OUTPUT/metrics.jsonl (to OUTPUT/shard-N/ if there are several shards). On \
            SIGTERM or SIGINT it stops sampling, exchanges its counts, writes its files and exits; a second signal of \
            the same kind ends it at once. Flags may be spelled with underscores.
            """,
        version: Version.line(of: "dist-lda-shard"))

    @OptionGroup(title: "Documents") var corpus: CorpusOptions
    @OptionGroup(title: "Words") var words: WordOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Training") var checkpoints: CheckpointOptions
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions
    @OptionGroup(title: "Cluster") var store: StoreOptions
    @OptionGroup(title: "Cluster") var outage: OutageOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var log: LogOptions

    func run() async throws {
        let files = try corpus.files()
        let document = InputFiles.baseName(of: files)
        let logger = log.logger("dist-lda-shard")
        let servers = try store.servers(isNeeded: cluster.shards > 1) { logger.warning("\($0)") }
        let plan = try cluster.plan(isAlone: servers == nil)
        let instructions = try training.instructions()
        let start = try training.start(topics: model.topics)
        let formats = try output.formats(topics: model.topics, isAlone: servers == nil)
        let name = cluster.name ?? RunName(fitting: document)
        let folder = plan.shards > 1 ? "\(output.output)/shard-\(plan.thisShard)" : output.output
        try OutputFolder.prepare(folder)
        try checkpoints.prepare()
        StopSignals.install()

        if training.vocabSize != nil {
            logger.notice("--vocab-size is not needed: the vocabulary is counted and grows with the documents")
        }
        let counts: any CountStore =
            if let servers { try store.open(run: name, at: servers) } else { InMemoryCountStore(run: name.text) }

        let shardLog = ShardLog(logger)
        let began = ContinuousClock.now
        var draft = try corpus.draft(
            files, words: words, plan: plan, blocks: cluster.blocks, topics: model.topics,
            keepNames: output.publishDocuments || formats.contains(where: \.readsDocuments) || start?.hasNames == true)
        let agreement = agreement(on: &draft, plan, counts, logger)
        let frequencies = try await agreement?.total()
        if agreement != nil && frequencies == nil {
            logger.info("stopped on request, before training began")
            return
        }
        let loaded = try draft.finished(frequencies)
        async let _ = agreement?.keepPublished()
        let settings = settings(plan, instructions, blocks: loaded.blocks, isAlone: servers == nil)
        var record = RunRecord(
            version: Version.number, run: name.text, files: files, maxLine: corpus.maxLine,
            skipBadLines: corpus.skipBadLines, strictUTF8: corpus.strictUTF8, summary: loaded.summary,
            memory: MemoryPlan(
                loaded.slices, topics: model.topics, keepsCheckpoints: checkpoints.checkpoint != nil),
            settings: settings,
            sampler: training.sampler.rawValue, kernel: instructions, redis: servers?.description,
            from: training.from, formats: formats, docTopicsThreshold: output.written.docTopicsThreshold)
        record.loadSeconds = began.duration(to: .now) / .seconds(1)
        shardLog.loaded(record)
        try record.memory.check(free: Machine.freeMemory, shards: plan.shards)

        let shard = ShardRun(
            corpus: loaded, document: document, settings: settings,
            assignments: try start?.assignments(
                for: loaded, priors: model.priors, seed: training.seed, shard: plan.thisShard),
            store: counts, logger: logger,
            stop: { StopSignals.isRequested })
        // If the shard is not admitted to the run, the files of an earlier run must stay as they are.
        var metrics: LineLog?
        var states: [SliceState] = []
        do {
            record.outcome = try await shard.run(keep: { states = $0 }) { sweep in
                if metrics == nil {
                    let before = sweep.sweep - 1
                    record.resumedSweep = before
                    try record.write(to: folder)
                    metrics = try LineLog(
                        path: "\(folder)/metrics.jsonl", before == 0 ? .anew : .keeping(lines: before))
                }
                try metrics?.append(RunRecord.line(sweep))
                shardLog.swept(sweep)
            }
        } catch {
            record.failure = "\(error)"
            // An error of this write is ignored, because the first error is the one to report. After a takeover nothing
            // is written, because the process that took over writes to the same folder.
            if metrics != nil, !isSuperseded(error) { try? record.write(to: folder) }
            throw error
        }
        if metrics == nil, let outcome = record.outcome { record.resumedSweep = outcome.sweeps }
        shardLog.ended(record)

        let writeBegan = ContinuousClock.now
        if !formats.isEmpty {
            let documents =
                formats.contains(where: \.readsDocuments)
                ? try TrainedDocuments(states, of: loaded, in: counts, shard: plan.thisShard) : nil
            try write(formats, documents, of: counts, isAlone: servers == nil, to: folder, logger)
        }
        record.writeSeconds = writeBegan.duration(to: .now) / .seconds(1)
        try record.write(to: folder)
        if let failure = record.outcome?.checkpointFailure { throw failure }
    }

    private func isSuperseded(_ error: any Error) -> Bool {
        if case .superseded = error as? CountStoreError { true } else { false }
    }

    /// Returns the agreement on the words to keep, if the shards of the run need one; otherwise nil.
    private func agreement(
        on draft: inout CorpusDraft, _ plan: SlicePlan, _ store: any CountStore, _ logger: Logger
    ) -> WordAgreement? {
        guard plan.shards > 1 && draft.needsFrequencies else { return nil }
        return WordAgreement(
            store: store, key: draft.countsKey, frequencies: draft.frequencies(), shard: plan.thisShard,
            shards: plan.shards, maxOutage: outage.maxOutage, logger: logger, stop: { StopSignals.isRequested })
    }

    private func settings(
        _ plan: SlicePlan, _ instructions: InstructionSet, blocks: Int, isAlone: Bool
    ) -> TrainingSettings {
        TrainingSettings(
            priors: model.priors, seed: training.seed, iterations: training.iterations,
            anneal: training.anneal ?? (training.from.isEmpty ? nil : 0),
            shard: plan.thisShard,
            shards: plan.shards, cores: plan.cores, blocks: blocks,
            syncEvery: isAlone ? nil : cluster.syncEvery ?? 1,
            exchangeShare: isAlone || cluster.syncEvery != nil ? nil : ExchangeSchedule.defaultShare,
            staleness: isAlone ? nil : cluster.staleness.sweeps, extraSweeps: !cluster.noExtraSweeps,
            deadAfter: cluster.deadAfter, showEvery: training.showEvery, sampler: training.sampler(instructions),
            fresh: cluster.fresh, takeOver: cluster.takeOver, leave: cluster.leave,
            publishDocuments: output.publishDocuments, checkpoint: checkpoints.checkpoint,
            checkpointEvery: checkpoints.checkpointEvery ?? CheckpointOptions.defaultEvery, maxOutage: outage.maxOutage,
            host: Machine.host,
            process: Machine.process)
    }

    /// Writes the model if the shard is alone; in a cluster, writes only the files of the shard's own documents and
    /// tokens.
    private func write(
        _ formats: [ModelFormat], _ documents: TrainedDocuments?, of store: any CountStore, isAlone: Bool,
        to folder: String, _ logger: Logger
    ) throws {
        var files: ModelFiles
        var top: TopWords?
        if isAlone {
            guard let manifest = try store.manifest() else { throw CountStoreError.missing(run: store.run) }
            let snapshot = try ModelSnapshot.take(from: store, manifest: manifest)
            files = ModelFiles(formats, of: TopicModel(snapshot))
            if case .complete(let all) = try PublishedDocuments.take(from: store, manifest: manifest) {
                files.publishedDocuments = all.documents
            }
            if output.topWords > 0 { top = TopWords(snapshot, count: output.topWords) }
        } else {
            files = ModelFiles(formats, priors: model.priors)
            files.stateHasHead = cluster.thisShard == 0
        }
        files.documents = documents
        files.threshold = output.written.docTopicsThreshold
        let written = try files.write(to: folder)
        logger.info(
            isAlone ? "wrote the model" : "wrote the documents",
            metadata: [
                "file": "\(written.files.map { "\(folder)/\($0)" }.joined(separator: ","))",
                "tokens": "\(files.model?.tokens ?? documents?.tokens ?? 0)",
            ])
        written.warn(logger)
        for line in top?.lines ?? [] { StandardStream.output.write(line + "\n") }
    }
}
