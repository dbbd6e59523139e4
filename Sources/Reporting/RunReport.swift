import Counts
package import JSON
import LDA
import Platform
package import RedisStore

/// The full report on a run, as text and as JSON.
package struct RunReport {
    private let run: String
    private let servers: String
    private let manifest: RunManifest
    private let model: ModelSettings
    /// The status of each shard, by number.
    private let statuses: [Int: ShardStatus]
    /// The memory and traffic, or the reason why the server does not report them.
    private let usage: Result<StoreUsage, CountStoreError>

    package init(_ store: RedisCountStore) throws {
        guard let manifest = try store.manifest() else { throw CountStoreError.missing(run: store.run) }
        (run, servers, self.manifest) = (store.run, "\(store.servers)", manifest)
        model = try ModelSettings(manifest, ofRun: run)
        statuses = Dictionary(try store.statuses().map { ($0.progress.shard, $0) }) { first, _ in first }
        usage = Result { () throws(CountStoreError) in try store.usage(of: manifest) }
        switch usage {
        case .success, .failure(.denied), .failure(.misconfigured): break
        case .failure(let error): throw error
        }
    }

    // MARK: Text

    package var text: String {
        let facts =
            "run \(run): shards \(manifest.shards), cores \(model.cores), topics \(model.priors.topics), "
            + "alpha \(model.priors.alphaText), beta \(model.priors.beta), seed \(model.seed), "
            + "documents \(model.documents) from \(Printable.text(model.document))\n"
        return facts + storeLines + "\n" + table.text
    }

    private var storeLines: String {
        switch usage {
        case .success(let usage):
            "blocks \(usage.blocks) of \(manifest.blocks), \(Size.text(usage.runBytes)) of the "
                + "\(Size.text(usage.usedBytes)) in use at Redis at \(servers)\n"
                + "since it started, all its clients: \(Size.text(usage.receivedBytes)) received, "
                + "\(Size.text(usage.sentBytes)) sent; "
                + usage.commands.prefix(3).map(Self.text).joined(separator: ", ") + "\n"
        case .failure(let error): "memory and traffic are not known: \(error)\n"
        }
    }

    /// Returns text such as "hmget 12 times in 0.5 ms".
    private static func text(_ command: StoreUsage.Command) -> String {
        "\(command.name) \(command.calls) times in \(Double(command.microseconds / 100) / 10) ms"
    }

    private var table: Table {
        var table = Table(
            "SHARD", "STATE", "SWEEP", "BEHIND", "HEARD", "TOKENS", "TOKENS/S", "LL/TOKEN", "EXCHANGES", "HOST", "PID",
            "GENERATION")
        for shard in 0..<manifest.shards {
            guard let status = statuses[shard] else {
                table.add("\(shard)", "has not reported")
                continue
            }
            let progress = status.progress
            table.add(
                "\(shard)", state(status), "\(progress.sweep) of \(progress.iterations)",
                "\(furthest - progress.sweep)",
                "\(Int(status.silence)) s ago", "\(progress.tokens)", "\(progress.tokensPerSecond)",
                progress.logLikelihoodPerToken.map { "\(($0 * 1e4).rounded() / 1e4)" } ?? "-",
                "\(progress.exchanges)", Printable.text(progress.host), "\(progress.process)",
                "\(status.generation.value)")
        }
        return table
    }

    /// The number of sweeps of the shard that has done the most.
    private var furthest: Int { statuses.values.map(\.progress.sweep).max() ?? 0 }

    /// Returns the state that the shard reported last, or "silent" if its reports are overdue.
    private func state(_ status: ShardStatus) -> String {
        status.isSilent(deadAfter: manifest.deadAfter) ? "silent" : status.progress.state.rawValue
    }

    // MARK: JSON

    package var json: JSONValue {
        let usage = try? usage.get()
        return [
            "run": .string(run), "redis": .string(servers), "manifest": Self.json(manifest, model),
            "shards": .array((0..<manifest.shards).map { statuses[$0].map(json) ?? .null }),
            "store": usage.map {
                [
                    "blocks": .integer($0.blocks), "run_bytes": .integer($0.runBytes),
                    "used_bytes": .integer($0.usedBytes),
                ]
            } ?? .null,
            "server_traffic": usage.map { usage in
                [
                    "received_bytes": .integer(usage.receivedBytes), "sent_bytes": .integer(usage.sentBytes),
                    "commands": .object(
                        usage.commands.map {
                            (
                                key: $0.name,
                                value: ["calls": .integer($0.calls), "microseconds": .integer($0.microseconds)]
                            )
                        }),
                ]
            } ?? .null,
        ]
    }

    static func json(_ manifest: RunManifest, _ model: ModelSettings) -> JSONValue {
        [
            "id": .string(Hexadecimal.text(manifest.id)), "format": .integer(manifest.formatVersion),
            "document": .string(model.document), "topics": .integer(model.priors.topics),
            "alpha": .alpha(model.priors), "beta": .number(model.priors.beta), "seed": .unsigned(model.seed),
            "blocks": .integer(manifest.blocks), "shards": .integer(manifest.shards), "cores": .integer(model.cores),
            "corpus_digest": .string(Hexadecimal.text(model.corpusDigest)),
            "documents": .integer(model.documents), "dead_after": .number(manifest.deadAfter),
        ]
    }

    private func json(_ status: ShardStatus) -> JSONValue {
        let progress = status.progress
        return [
            "shard": .integer(progress.shard), "state": .string(state(status)),
            "sweep": .integer(progress.sweep), "iterations": .integer(progress.iterations),
            "sweeps_behind": .integer(furthest - progress.sweep), "extra_sweeps": .integer(progress.extraSweeps),
            "silent_seconds": .number(status.silence), "documents": .integer(progress.documents),
            "tokens": .integer(progress.tokens), "tokens_per_second": .integer(progress.tokensPerSecond),
            "ll_per_token": progress.logLikelihoodPerToken.map { .number($0) } ?? .null,
            "exchanges": .integer(progress.exchanges), "publishes_documents": .bool(progress.publishesDocuments),
            "host": .string(progress.host), "pid": .integer(progress.process),
            "generation": .unsigned(status.generation.value),
        ]
    }
}
