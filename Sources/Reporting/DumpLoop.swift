package import Counts
import JSON
package import Logging
package import Models
import Platform

/// The listener's main loop: read the store, let `DumpSchedule` decide, write, wait.
///
/// The store may be unavailable, empty or incomplete at any moment. The loop then waits and reports once a minute what
/// it waits for. If a file cannot be written, the error is reported and the next file is written when it is due; if it
/// was the last file, the loop throws the error.
package struct DumpLoop: ~Copyable {
    private var schedule: DumpSchedule
    private let output: String
    private let formats: [ModelFormat]
    /// The smallest share of a topic that is written for a document.
    private let threshold: Double?
    private let pollInterval: Double
    private let record: LineLog
    private let logger: Logger
    /// Returns whether a stop was requested.
    private let stop: () -> Bool
    /// Waits for so many seconds, or until a stop is requested.
    private let pause: (Double) async -> Void

    /// The run being followed.
    private var run: UInt64?
    /// The mark of the snapshot in the last file.
    private var written: ModelSnapshot.Mark?
    /// The error if the last file could not be written.
    private var failure: (any Error)?
    private var throttle = Throttle()
    private let retry: StoreRetry

    package init(
        schedule: DumpSchedule, output: String, formats: [ModelFormat], threshold: Double?, pollInterval: Double,
        maxOutage: Double?, record: consuming LineLog, logger: Logger, stop: @escaping () -> Bool,
        pause: @escaping (Double) async -> Void
    ) {
        self.schedule = schedule
        self.output = output
        self.formats = formats
        self.threshold = threshold
        self.pollInterval = pollInterval
        retry = StoreRetry(maxOutage: maxOutage) { event in
            guard case .waiting(let reason, let outage, isDue: true) = event else { return }
            logger.notice("\(reason)", metadata: ["seconds": "\(Int(outage))"])
        }
        self.record = record
        self.logger = logger
        self.stop = stop
        self.pause = pause
    }

    /// Follows the run in `store` to its end, or until a stop is requested.
    package mutating func follow(_ store: any CountStore) async throws {
        var isFollowing = true
        while isFollowing, !stop() {
            switch try retry.attempt({ () throws(CountStoreError) in try step(store) }) {
            case .answered(.goOn): await pause(pollInterval)
            case .answered(.end): isFollowing = false
            case .wait(let seconds): await pause(seconds)
            case .givenUp(let error): throw error
            }
        }
        if stop() { writeLast(store) }
        if let failure { throw failure }
    }

    private enum Step { case goOn, end }

    private mutating func step(_ store: any CountStore) throws(CountStoreError) -> Step {
        guard let manifest = try store.manifest() else {
            say("run", "waiting for run \(store.run) to start")
            return .goOn
        }
        if manifest.id != run {
            if run != nil { schedule.restart() }
            (run, written) = (manifest.id, nil)
        }
        // A shard number that the run does not have is damage in the store.
        let statuses = try store.statuses().filter { $0.progress.shard < manifest.shards }
        let decision = schedule.decide(statuses, shards: manifest.shards)
        switch decision {
        case .wait: sayWhoIsAwaited(statuses, manifest)
        case .end: return .end
        case .dump, .dumpAndEnd:
            guard try dump(store, manifest) else { break }
            schedule.dumped(statuses, shards: manifest.shards)
            throttle.reset()
            if decision == .dumpAndEnd { return .end }
        }
        return .goOn
    }

    /// Takes a snapshot and tries to write it. Returns false if no complete snapshot is available yet.
    private mutating func dump(
        _ store: any CountStore, _ manifest: RunManifest, onlyIfChanged: Bool = false
    ) throws(CountStoreError) -> Bool {
        let snapshot: ModelSnapshot
        do throws(SnapshotError) {
            snapshot = try ModelSnapshot.take(from: store, manifest: manifest)
        } catch .store(let error) {
            throw error
        } catch {
            say("model", "the model is not complete: \(error)")
            return false
        }
        if onlyIfChanged, snapshot.mark == written { return true }
        var documents: PublishedDocuments?
        switch try PublishedDocuments.take(from: store, manifest: manifest) {
        case .unpublished: break
        case .complete(let all): documents = all
        case .incomplete(let reason): logger.warning("the dump has no documents: \(reason)")
        }
        do {
            try write(snapshot, documents, of: store.run)
            (written, failure) = (snapshot.mark, nil)
        } catch {
            failure = error
            logger.error("\(error)")
        }
        return true
    }

    private func write(_ snapshot: ModelSnapshot, _ documents: PublishedDocuments?, of run: String) throws {
        let model = TopicModel(snapshot)
        try ModelFormat.check(formats, topics: model.topics)
        var files = ModelFiles(formats, of: model)
        files.documents = documents
        files.publishedDocuments = documents?.documents
        files.threshold = threshold
        let written = try files.write(to: output)
        try record.append([
            "file": written.files.first.map { .string($0) } ?? .null,
            "files": .array(written.files.map { .string($0) }),
            "time": .string(Timestamp.now()), "run": .string(run), "tokens": .integer(snapshot.tokens),
            "vocabulary": .integer(snapshot.words.count), "documents": documents.map { .integer($0.count) } ?? .null,
            "iterations": .integer(model.iterations), "sweeps": .array(snapshot.sweeps.map { .integer($0) }),
            "verified": true,
        ])
        logger.info(
            "wrote the model",
            metadata: [
                "file": "\(written.files.map { "\(output)/\($0)" }.joined(separator: ","))",
                "tokens": "\(snapshot.tokens)", "iterations": "\(model.iterations)",
                "slowest_sweep": "\(snapshot.sweeps.min() ?? 0)",
            ])
        written.warn(logger)
    }

    /// Writes a last file before exit, if the model has changed since the previous file and is complete in the store.
    private mutating func writeLast(_ store: any CountStore) {
        do throws(CountStoreError) {
            guard let manifest = try store.manifest() else { return }
            _ = try dump(store, manifest, onlyIfChanged: true)
        } catch {
            logger.warning("no last file was written: \(error)")
        }
    }

    // MARK: Reporting what the loop waits for

    private mutating func say(_ topic: String, _ message: String, _ metadata: Logger.Metadata = [:]) {
        if throttle.isDue(topic) { logger.notice("\(message)", metadata: metadata) }
    }

    private mutating func sayWhoIsAwaited(_ statuses: [ShardStatus], _ manifest: RunManifest) {
        let present = Set(statuses.map(\.progress.shard))
        if let absent = (0..<manifest.shards).first(where: { !present.contains($0) }) {
            say("shard \(absent)", "waiting for shard \(absent), which has not reported yet", ["shard": "\(absent)"])
        }
        for status in statuses {
            let progress = status.progress
            if progress.state == .finished || progress.state == .removed { continue }
            let facts: Logger.Metadata = [
                "shard": "\(progress.shard)", "host": "\(progress.host)", "process": "\(progress.process)",
                "silent_seconds": "\(Int(status.silence))", "sweep": "\(progress.sweep)",
            ]
            if progress.state == .stopped {
                say(
                    "shard \(progress.shard)",
                    "waiting for a shard that was stopped: start it again with the same command", facts)
            } else if status.isSilent(deadAfter: manifest.deadAfter) {
                say(
                    "shard \(progress.shard)",
                    "waiting for shard \(progress.shard) on \(progress.host), which has been silent for longer than "
                        + "the run's --dead-after of \(manifest.deadAfter) s", facts)
            }
        }
    }
}
