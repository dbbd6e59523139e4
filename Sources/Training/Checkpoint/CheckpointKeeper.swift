import Files
import Logging
import Platform
import Sampling

/// Keeps a shard's checkpoints: packs the state between two sweeps when a checkpoint is due, and writes it in the
/// background during the next sweep.
///
/// Measured on 20 Newsgroups with two cores and a checkpoint after every sweep: sampling was suspended for 1.8 % of the
/// time at K = 100 and for 1.0 % at K = 1,000, including waits for the disk.
///
/// Guarantee: when a sweep is reported as ended, the checkpoint taken before it is on the disk or is known to have
/// failed. So a process that is killed loses at most `every` of the sweeps that it has reported.
struct CheckpointKeeper {
    private let file: CheckpointFile
    private let every: Int
    private var header: CheckpointHeader
    private let logger: Logger
    private let writer = Writer()
    private var writing: Task<Void, any Error>?
    /// The reason why the last checkpoint was not written; nil if it was.
    private(set) var failure: FileError?

    /// - Parameter header: the header of all checkpoints, except for the number of sweeps.
    init(file: CheckpointFile, every: Int, header: CheckpointHeader, logger: Logger) {
        self.file = file
        self.every = every
        self.header = header
        self.logger = logger
    }

    /// Takes a checkpoint after sweep `sweep` if this sweep `isLast` or a checkpoint is due. The previous checkpoint
    /// must have been settled.
    mutating func swept(_ sweep: Int, isLast: Bool, _ chain: GibbsChain) async {
        guard isLast || sweep.isMultiple(of: every) else { return }
        header.sweep = sweep
        let slices = await chain.packed()
        writing = Task { [writer, file, header] in try await writer.write(header, slices, to: file) }
    }

    /// Waits until the last checkpoint is on the disk. A file error is logged and kept in `failure`; other errors are
    /// thrown.
    mutating func settle() async throws {
        guard let task = writing else { return }
        writing = nil
        do {
            try await task.value
            failure = nil
        } catch var error as FileError {
            error.option = "--checkpoint"
            failure = error
            logger.warning("\(error); sampling continues, and the previous checkpoint is kept")
        }
    }

    /// Writes checkpoints on a separate thread, because a disk can be slow.
    private actor Writer {
        private let thread = OwnThread()

        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

        func write(_ header: CheckpointHeader, _ slices: [PackedSlice], to file: CheckpointFile) throws {
            try file.write(header, slices)
        }
    }
}
