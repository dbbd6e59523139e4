import Corpus
import LDA
package import Logging
import Sampling
package import Training

/// The log messages of a shard: the documents it has read, the progress of training and the result.
package struct ShardLog {
    private let logger: Logger

    package init(_ logger: Logger) { self.logger = logger }

    package func loaded(_ record: RunRecord) {
        let (summary, settings) = (record.summary, record.settings)
        logger.info(
            "read the documents",
            metadata: [
                "format": "\(summary.format.rawValue)", "documents": "\(summary.documents)",
                "tokens": "\(summary.tokens)", "vocabulary": "\(summary.words)",
                "seconds": "\(rounded(record.loadSeconds))",
            ])
        if !summary.findings.isEmpty {
            logger.info(
                "detected properties of the documents",
                metadata: .init(
                    summary.findings.map { ($0.name, "\($0.value)") }, uniquingKeysWith: { first, _ in first }))
        }
        for warning in summary.warnings { logger.warning("\(warning)") }
        for removal in summary.removals {
            logger.info(
                "removed words by \(removal.rule.rawValue)",
                metadata: ["words": "\(removal.words)", "tokens": "\(removal.tokens)"])
        }
        if summary.emptyDocuments > 0 {
            logger.info("documents without words keep their rows", metadata: ["count": "\(summary.emptyDocuments)"])
        }
        if summary.skippedLines > 0, let first = summary.firstSkipped {
            logger.warning("skipped bad lines; the first: \(first)", metadata: ["count": "\(summary.skippedLines)"])
        }
        if summary.duplicateNames > 0 {
            logger.warning(
                "documents share names and are distinguished by line number",
                metadata: ["count": "\(summary.duplicateNames)"])
        }
        let priors = settings.priors
        logger.info(
            "training",
            metadata: [
                "run": "\(record.run)", "topics": "\(priors.topics)", "alpha": "\(priors.alphaText)",
                "alpha_sum": "\(priors.alphaSum)", "beta": "\(priors.beta)",
                "iterations": "\(settings.iterations)", "seed": "\(settings.seed)", "cores": "\(settings.cores)",
                "shard": "\(settings.shard) of \(settings.shards)", "kernel": "\(record.kernel.rawValue)",
                "megabytes": "\(record.memory.total / 1_000_000)",
            ])
    }

    /// Logs the likelihood every `--show-every` sweeps, in the format of MALLET, which users search for.
    package func swept(_ sweep: SweepReport) {
        guard let likelihood = sweep.logLikelihoodPerToken else { return }
        logger.info(
            "<\(sweep.sweep)> LL/token: \(rounded(likelihood, places: 5))",
            metadata: [
                "tokens_per_second": "\(Int(sweep.tokensPerSecond))", "changed": "\(rounded(sweep.changedShare))",
            ])
    }

    package func ended(_ record: RunRecord) {
        guard let outcome = record.outcome else { return }
        let stopped =
            record.settings.checkpoint == nil
            ? "stopped on request; the same command starts over, because there is no --checkpoint"
            : "stopped on request; the same command continues the run"
        logger.info(
            outcome.stopped ? "\(stopped)" : "finished",
            metadata: [
                "sweeps": "\(outcome.sweeps)", "sample_seconds": "\(rounded(outcome.sampleSeconds))",
                "exchange_seconds": "\(rounded(outcome.exchangeSeconds))",
                "tokens_per_second": "\(Int(outcome.tokensPerSecond))",
            ])
    }

    private func rounded(_ value: Double, places: Int = 3) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}
