import Counts
package import Files
package import Training

/// The files that describe a shard's run: run.json and metrics.jsonl. They are first written after the first sweep: if
/// the shard is not admitted to the run, the files of an earlier run stay as they are.
package struct ShardFiles: ~Copyable {
    private let folder: String
    package private(set) var record: RunRecord
    private var metrics: LineLog?
    /// The time of the last run.json.
    private var written = ContinuousClock.now

    /// - Parameter record: the run before the first sweep.
    package init(_ record: RunRecord, in folder: String) {
        self.record = record
        self.folder = folder
    }

    /// Adds a sweep to metrics.jsonl, after the lines of the sweeps before it.
    package mutating func swept(_ sweep: SweepReport) throws(FileError) {
        if metrics == nil {
            let before = sweep.sweep - 1
            record.resumedSweep = before
            try record.write(to: folder)
            metrics = try LineLog(path: "\(folder)/metrics.jsonl", before == 0 ? .anew : .keeping(lines: before))
        }
        try metrics?.append(RunRecord.line(sweep))
        record.sweeps = sweep.sweep
        if written.duration(to: .now) >= .seconds(60) {
            // A failure is reported at the end, if it lasts until then.
            try? record.write(to: folder)
            written = .now
        }
    }

    /// Records how the training ended.
    package mutating func trained(_ outcome: ShardOutcome) {
        record.outcome = outcome
        if metrics == nil { record.resumedSweep = outcome.sweeps }
    }

    /// Records the error with which the training failed. An error of writing it is ignored, because the first error is
    /// the one to report. After a takeover nothing is written, because the process that took over writes to the same
    /// folder.
    package mutating func failed(_ error: any Error) {
        record.failure = "\(error)"
        if case .superseded = error as? CountStoreError { return }
        if metrics != nil || record.outcome != nil { try? record.write(to: folder) }
    }

    /// Writes run.json for the last time, after the model was written in `seconds`.
    package mutating func finish(writeSeconds: Double) throws(FileError) {
        record.writeSeconds = writeSeconds
        try record.write(to: folder)
    }
}
