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

            Examples:
              dist-lda-shard --document=letters.txt --topics=50 --output=model
              dist-lda-shard --document=data.gz --shards=4 --this-shard=0 --redis=server

            \(ExitStatus.help)
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
        let plan = try prepare()
        defer { for lock in plan.locks { lock.removeFile() } }
        let input = try await load(plan)
        async let _ = input.agreement?.keepPublished()
        var files = ShardFiles(record(of: input, plan), in: plan.folder)
        let states = try await train(input, plan, &files)
        try write(input, states, plan, &files)
    }

    // MARK: The steps

    /// What the command line says, checked before the documents are read.
    private struct Plan {
        let files: [String]
        let logger: Logger
        let shardLog: ShardLog
        let slices: SlicePlan
        let instructions: InstructionSet
        let initialModel: InitialModel?
        let formats: [ModelFormat]
        let run: RunName
        /// The folder of run.json and metrics.jsonl, and of the model if the shard is alone.
        let folder: String
        /// The addresses of the store; nil if the shard is alone.
        let servers: RedisServers?
        let store: any CountStore
        let locks: [FolderLock]

        var isAlone: Bool { servers == nil }
        var document: String { InputFiles.baseName(of: files) }
    }

    private func prepare() throws -> Plan {
        let files = try corpus.files()
        let logger = log.logger("dist-lda-shard")
        let servers = try store.servers(isNeeded: cluster.shards > 1) { logger.warning("\($0)") }
        let slices = try cluster.plan(isAlone: servers == nil)
        let instructions = try training.instructions()
        let initialModel = try training.initialModel(topics: model.topics)
        let formats = try output.formats(topics: model.topics, isAlone: servers == nil)
        let run = cluster.name ?? RunName(fitting: InputFiles.baseName(of: files))
        let folder = slices.shards > 1 ? "\(output.output)/shard-\(slices.thisShard)" : output.output
        try OutputFolder.prepare(folder)
        if formats.contains(.distLDA) {
            let name = DistLDADump.fileName(
                document: InputFiles.baseName(of: files), priors: model.priors, iterations: training.iterations)
            try AtomicFile.check("\(folder)/\(name)")
        }
        try checkpoints.prepare()
        let counts = try counts(of: run, at: servers, slices)
        let locks = try locks(folder, run: servers.map { "\(run) \($0)" })
        StopSignals.install(logger) { for lock in locks { lock.removeFile() } }
        if let cores = cluster.cores, cores > Machine.cores {
            logger.warning(
                "--cores is more than this process may use, so cores take turns",
                metadata: ["cores": "\(cores)", "usable": "\(Machine.cores)"])
        }
        if training.vocabSize != nil {
            logger.notice("--vocab-size is not needed: the vocabulary is counted and grows with the documents")
        }
        return Plan(
            files: files, logger: logger, shardLog: ShardLog(logger), slices: slices, instructions: instructions,
            initialModel: initialModel, formats: formats, run: run, folder: folder, servers: servers,
            store: counts, locks: locks)
    }

    /// Opens the store of the run, and checks that the run in it is one that this shard can join.
    private func counts(of run: RunName, at servers: RedisServers?, _ slices: SlicePlan) throws -> any CountStore {
        guard let servers else { return InMemoryCountStore(run: run.text) }
        let counts = try store.open(run: run, at: servers, maxOutage: outage.maxOutage)
        try EarlyAdmission.check(
            counts, priors: model.priors, seed: training.seed, cores: slices.cores, shard: slices.thisShard,
            shards: slices.shards, blocks: cluster.blocks, deadAfter: cluster.deadAfter, fresh: cluster.fresh,
            hasCheckpoints: checkpoints.checkpoint != nil)
        return counts
    }

    /// Locks the folders of this process's files. Processes of the same shard of the same run share the locks, because
    /// the store decides which of them trains.
    private func locks(_ folder: String, run: String?) throws -> [FolderLock] {
        let owner = "dist-lda-shard-\(cluster.thisShard)"
        let folders = [(folder, "--output")] + (checkpoints.checkpoint.map { [($0, "--checkpoint")] } ?? [])
        return try folders.map { try FolderLock($0, owner: owner, purpose: run, option: $1) }
    }

    /// The documents of this shard.
    private struct Input {
        let corpus: ShardCorpus
        let settings: TrainingSettings
        /// nil if the shards need no agreement on the words to keep.
        let agreement: WordAgreement?
        let loadSeconds: Double
    }

    /// Reads the documents.
    private func load(_ plan: Plan) async throws -> Input {
        let began = ContinuousClock.now
        let readsDocuments = plan.formats.contains(where: \.readsDocuments)
        var draft = try corpus.draft(
            plan.files, words: words, plan: plan.slices, blocks: cluster.blocks, topics: model.topics,
            keepNames: output.publishDocuments || readsDocuments || plan.initialModel?.hasNames == true,
            keepWordOrder: output.keepWordOrder)
        let agreement = agreement(on: &draft, plan)
        let frequencies = try await agreement?.total()
        let loaded = try draft.finished(frequencies)
        // What has been read is known only now. The files themselves are written after the training.
        for name in plan.formats.flatMap(\.fileNames) { try ReadFiles.check("\(plan.folder)/\(name)") }
        return Input(
            corpus: loaded, settings: settings(plan, blocks: loaded.blocks), agreement: agreement,
            loadSeconds: began.duration(to: .now) / .seconds(1))
    }

    /// Trains, and returns the final states of the slices.
    private func train(_ input: Input, _ plan: Plan, _ files: inout ShardFiles) async throws -> [SliceState] {
        plan.shardLog.loaded(files.record)
        if words.areDefaults, input.corpus.isDominatedByStopWords {
            plan.logger.notice(
                """
                the most frequent words are ones like "the" and "of"; for topics of more specific words, add \
                --tokens=letters --lowercase --remove-stopwords
                """)
        }
        try files.record.memory.check(free: Machine.freeMemory, shards: plan.slices.shards)
        let shard = ShardRun(
            corpus: input.corpus, document: plan.document, settings: input.settings,
            assignments: try plan.initialModel?.assignments(
                for: input.corpus, priors: model.priors, seed: training.seed, shard: plan.slices.thisShard,
                isWhole: plan.slices.shards == 1, allowsOthers: training.fromOtherDocuments),
            store: plan.store, logger: plan.logger, stop: { StopSignals.isRequested })
        var states: [SliceState] = []
        do {
            let outcome = try await shard.run(began: StopSignals.workBegins, keep: { states = $0 }) { sweep in
                try files.swept(sweep)
                plan.shardLog.swept(sweep)
            }
            files.trained(outcome)
        } catch {
            files.failed(error)
            throw error
        }
        plan.shardLog.ended(files.record)
        return states
    }

    private func write(
        _ input: Input, _ states: [SliceState], _ plan: Plan, _ files: inout ShardFiles
    ) throws {
        let began = ContinuousClock.now
        do {
            if !plan.formats.isEmpty {
                let documents =
                    plan.formats.contains(where: \.readsDocuments)
                    ? try TrainedDocuments(states, of: input.corpus, in: plan.store, shard: plan.slices.thisShard) : nil
                try writeModel(documents, of: input.corpus, plan)
            }
            if let failure = StandardStream.failure { throw failure }
            if let failure = files.record.outcome?.checkpointFailure { throw failure }
        } catch {
            files.failed(error)
            throw error
        }
        try files.finish(writeSeconds: began.duration(to: .now) / .seconds(1))
    }

    // MARK: Their parts

    private func record(of input: Input, _ plan: Plan) -> RunRecord {
        var record = RunRecord(
            version: Version.number, run: plan.run.text, files: plan.files, maxLine: corpus.maxLine,
            skipBadLines: corpus.skipBadLines, strictUTF8: corpus.strictUTF8, summary: input.corpus.summary,
            memory: MemoryPlan(
                input.corpus.slices, topics: model.topics, keepsCheckpoints: checkpoints.checkpoint != nil),
            settings: input.settings, sampler: training.sampler.rawValue, kernel: plan.instructions,
            redis: plan.servers?.description, from: training.from, formats: plan.formats,
            docTopicsThreshold: output.written.docTopicsThreshold)
        record.loadSeconds = input.loadSeconds
        return record
    }

    /// Returns the agreement on the words to keep, if the shards of the run need one; otherwise nil.
    private func agreement(on draft: inout CorpusDraft, _ plan: Plan) -> WordAgreement? {
        guard plan.slices.shards > 1 && draft.needsFrequencies else { return nil }
        return WordAgreement(
            store: plan.store, key: draft.countsKey, frequencies: draft.frequencies(), shard: plan.slices.thisShard,
            shards: plan.slices.shards, maxOutage: outage.maxOutage, logger: plan.logger)
    }

    private func settings(_ plan: Plan, blocks: Int) -> TrainingSettings {
        let (slices, isAlone) = (plan.slices, plan.isAlone)
        return TrainingSettings(
            priors: model.priors, seed: training.seed, iterations: training.iterations,
            anneal: training.anneal ?? (training.from.isEmpty ? nil : 0),
            shard: slices.thisShard, shards: slices.shards, cores: slices.cores, blocks: blocks,
            syncEvery: isAlone ? nil : cluster.syncEvery ?? 1,
            exchangeShare: isAlone || cluster.syncEvery != nil ? nil : ExchangeSchedule.defaultShare,
            staleness: isAlone ? nil : cluster.staleness.sweeps, extraSweeps: !cluster.noExtraSweeps,
            deadAfter: cluster.deadAfter, showEvery: training.showEvery, sampler: training.sampler(plan.instructions),
            fresh: cluster.fresh, takeOver: cluster.takeOver, leave: cluster.leave,
            publishDocuments: output.publishDocuments, checkpoint: checkpoints.checkpoint,
            checkpointEvery: checkpoints.checkpointEvery ?? CheckpointOptions.defaultEvery, maxOutage: outage.maxOutage,
            host: Machine.host, process: Machine.process)
    }

    /// Writes the model if the shard is alone; in a cluster, writes only the files of the shard's own documents and
    /// tokens.
    private func writeModel(_ documents: TrainedDocuments?, of corpus: ShardCorpus, _ plan: Plan) throws {
        var documents = documents
        let (store, formats) = (plan.store, plan.formats)
        var files: ModelFiles
        var top: TopWords?
        if plan.isAlone {
            guard let manifest = try store.manifest() else { throw CountStoreError.missing(run: store.run) }
            let snapshot = try ModelSnapshot.take(from: store, manifest: manifest)
            var model = TopicModel(snapshot)
            if let list = corpus.wordOrder {
                let order = WordOrder(of: model.words.labels, by: list)
                model = model.ordered(by: order)
                documents?.renumberWords(by: order)
            }
            files = ModelFiles(formats, of: model)
            if case .complete(let all) = try PublishedDocuments.take(from: store, manifest: manifest) {
                files.publishedDocuments = all.documents
            }
            if output.topWords > 0 { top = TopWords(snapshot, count: output.topWords) }
        } else {
            files = ModelFiles(formats, priors: model.priors)
            files.statePart = cluster.shards == 1 ? .whole : cluster.thisShard == 0 ? .first : .later
        }
        files.documents = documents
        files.threshold = output.written.docTopicsThreshold
        let written = try files.write(to: plan.folder)
        plan.logger.info(
            plan.isAlone ? "wrote the model" : "wrote the documents",
            metadata: [
                "file": "\(written.files.map { "\(plan.folder)/\($0)" }.joined(separator: ","))",
                "tokens": "\(files.model?.tokens ?? documents?.tokens ?? 0)",
            ])
        written.warn(plan.logger)
        for line in top?.lines ?? [] { StandardStream.output.write(line + "\n") }
    }
}
