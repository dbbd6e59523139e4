package import Corpus
import Counts
package import Files
package import JSON
import LDA
package import Models
import Platform
package import Sampling
package import Training

/// run.json: the settings, the documents and the results of a run. It is written after the first sweep, about once a
/// minute, and at the end. Until the end, only `sweeps` grows.
///
/// - `memory`: the memory that training needs, in bytes, planned before it begins (`MemoryPlan`).
/// - `seconds`: `load` (from files to slices), `sample` (drawing topics), `exchange` (time in which sampling waited for
///   the store), `exchange_background` (exchanges in the background during sampling), `write` (writing the model's
///   files) and `checkpoint` (time in which sampling waited for a checkpoint).
/// - `tokens_per_second`: tokens sampled, divided by the seconds of sampling.
///
/// All values are either given by the user or measured.
package struct RunRecord {
    /// The version of the program.
    package let version: String
    package let run: String
    package let files: [String]
    /// `--max-line`, in bytes.
    package let maxLine: Int
    package let skipBadLines: Bool
    package let strictUTF8: Bool
    package let summary: CorpusSummary
    package let memory: MemoryPlan
    package let settings: TrainingSettings
    /// The name of the sampler, as given by its flag.
    package let sampler: String
    package let kernel: InstructionSet
    /// The store's address without its password; nil if there is no store.
    package let redis: String?
    /// The model that training started from.
    package let from: [String]
    package let formats: [ModelFormat]
    package let docTopicsThreshold: Double?
    package var loadSeconds = 0.0
    package var writeSeconds = 0.0
    /// The number of sweeps done by earlier processes of this shard.
    package var resumedSweep = 0
    /// The number of sweeps done so far.
    package var sweeps = 0
    /// nil while training.
    package var outcome: ShardOutcome?
    /// The error with which training failed, if it did.
    package var failure: String?

    package init(
        version: String, run: String, files: [String], maxLine: Int, skipBadLines: Bool, strictUTF8: Bool,
        summary: CorpusSummary, memory: MemoryPlan, settings: TrainingSettings, sampler: String, kernel: InstructionSet,
        redis: String?, from: [String], formats: [ModelFormat],
        docTopicsThreshold: Double?
    ) {
        self.version = version
        self.run = run
        self.files = files
        self.maxLine = maxLine
        self.skipBadLines = skipBadLines
        self.strictUTF8 = strictUTF8
        self.summary = summary
        self.memory = memory
        self.settings = settings
        self.sampler = sampler
        self.kernel = kernel
        self.redis = redis
        self.from = from
        self.formats = formats
        self.docTopicsThreshold = docTopicsThreshold
    }

    package func write(to folder: String) throws(FileError) {
        try json.write(to: "\(folder)/run.json")
    }

    private var json: JSONValue {
        let outcome = outcome ?? ShardOutcome()
        let state =
            failure != nil
            ? "failed" : self.outcome == nil ? "running" : outcome.stopped ? "stopped" : "finished"
        let priors = settings.priors
        return [
            "program": "dist-lda-shard", "version": .string(version), "run": .string(run),
            "state": .string(state), "error": failure.map { .string($0) } ?? .null, "host": .string(settings.host),
            "pid": .integer(settings.process),
            "time": .string(Timestamp.now()),
            "document": .array(files.map { .string($0) }), "input_format": .string(summary.format.rawValue),
            "skip_bad_lines": .bool(skipBadLines), "strict_utf8": .bool(strictUTF8),
            "max_line": .integer(maxLine), "reading": .string(summary.reading),
            "found": .object(summary.findings.map { ($0.name, .string($0.value)) }),
            "warnings": .array(summary.warnings.map { .string($0) }),
            "removed": .array(
                summary.removals.map {
                    ["by": .string($0.rule.rawValue), "words": .integer($0.words), "tokens": .integer($0.tokens)]
                }),
            "corpus_digest": .string(Hexadecimal.text(summary.digest)),
            "corpus_documents": .integer(summary.lines), "documents": .integer(summary.documents),
            "empty_documents": .integer(summary.emptyDocuments), "skipped_lines": .integer(summary.skippedLines),
            "lines_not_utf8": .integer(summary.tallies.notUTF8.lines),
            "lines_with_lone_cr": .integer(summary.tallies.loneReturns.lines),
            "duplicate_names": .integer(summary.duplicateNames), "tokens": .integer(summary.tokens),
            "vocabulary": .integer(summary.words),
            "memory": [
                "tokens": .integer(memory.tokens), "documents": .integer(memory.documents),
                "rows": .integer(memory.rows), "cores": .integer(memory.cores),
                "checkpoint": .integer(memory.checkpoint),
            ],
            "topics": .integer(priors.topics), "alpha": .alpha(priors),
            "alpha_sum": .number(priors.alphaSum), "beta": .number(priors.beta),
            "iterations": .integer(settings.iterations), "anneal": .integer(settings.anneal),
            "seed": .unsigned(settings.seed), "from": .array(from.map { .string($0) }),
            "sampler": .string(sampler), "kernel": .string(kernel.rawValue),
            "cores": .integer(settings.cores), "shards": .integer(settings.shards),
            "this_shard": .integer(settings.shard), "blocks": .integer(settings.blocks),
            "redis": redis.map { .string($0) } ?? .null, "sync_every": settings.syncEvery.map { .integer($0) } ?? .null,
            "exchange_share": settings.exchangeShare.map { .number($0) } ?? .null,
            "staleness": settings.staleness.map { .integer($0) } ?? .null,
            "extra_sweeps_allowed": .bool(settings.extraSweeps),
            "dead_after": .number(settings.deadAfter),
            "take_over": .bool(settings.takeOver),
            "max_outage": settings.maxOutage.map { .number($0) } ?? .null,
            "fresh": .bool(settings.fresh), "leave": .bool(settings.leave),
            "show_every": .integer(settings.showEvery), "publish_documents": .bool(settings.publishDocuments),
            "write": .array(formats.map { .string($0.rawValue) }),
            "doc_topics_threshold": docTopicsThreshold.map { .number($0) } ?? .null,
            "checkpoint": settings.checkpoint.map { .string($0) } ?? .null,
            "checkpoint_every": settings.checkpoint.map { _ in .integer(settings.checkpointEvery) } ?? .null,
            "resumed_sweep": .integer(resumedSweep), "sweeps": .integer(self.outcome?.sweeps ?? sweeps),
            "extra_sweeps": .integer(outcome.waits.extraSweeps),
            "exchanges": .integer(outcome.exchangedBlocks / settings.blocks),
            "refused_writes": .integer(outcome.waits.refusedWrites),
            "exchange_longest_wait_seconds": seconds(outcome.waits.longestExchange),
            "longest_hold_seconds": seconds(outcome.waits.longestHold),
            "seconds": [
                "load": seconds(loadSeconds), "sample": seconds(outcome.sampleSeconds),
                "exchange": seconds(outcome.exchangeSeconds), "write": seconds(writeSeconds),
                "exchange_background": seconds(outcome.backgroundExchangeSeconds),
                "checkpoint": seconds(outcome.checkpointSeconds),
            ],
            "tokens_per_second": .integer(Int(outcome.tokensPerSecond)),
            "ll_per_token": outcome.logLikelihoodPerToken.map { .number($0) } ?? .null,
        ]
    }

    /// Rounds to the microsecond.
    private func seconds(_ value: Double) -> JSONValue { .number((value * 1e6).rounded() / 1e6) }

    /// Returns the line of metrics.jsonl for a sweep.
    package static func line(_ sweep: SweepReport) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("sweep", .integer(sweep.sweep)), ("seconds", .number(sweep.seconds)),
            ("elapsed", .number(sweep.elapsed)), ("tokens_per_second", .integer(Int(sweep.tokensPerSecond))),
            ("changed", .number(sweep.changedShare)),
        ]
        if let likelihood = sweep.logLikelihoodPerToken { members.append(("ll_per_token", .number(likelihood))) }
        if let mean = sweep.viewAge.mean, let max = sweep.viewAge.max {
            members += [("view_age_mean", .number(mean)), ("view_age_max", .number(max))]
        }
        let waits = sweep.waits
        members += [
            ("longest_wait", .number(max(waits.longestExchange, waits.longestHold))),
            ("extra_sweeps", .integer(waits.extraSweeps)), ("refused_writes", .integer(waits.refusedWrites)),
        ]
        return .object(members)
    }
}
