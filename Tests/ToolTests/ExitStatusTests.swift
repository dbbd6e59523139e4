import CommandLineTools
import Conversion
import Corpus
import Counts
import Files
import Models
import RedisStore
import Testing
import Training

/// The tools' own, not that of the test library.
private typealias Status = CommandLineTools.ExitStatus

@Suite("Every error has a sysexits code")
struct ExitStatusTests {
    @Test(
        "The table of errors and codes",
        arguments: [
            (UsageError("x"), .usage),
            (ModelFormat.TooManyTopics(topics: 5000), .usage),
            (OutageError(seconds: 1, reason: "x"), .temporary),
            (BrokenLedgerError(run: "x", violations: 1, advice: "x"), .data),
            (
                LivingShardError(
                    ShardStatus(
                        progress: ShardProgress(
                            shard: 0, iterations: 1, documents: 1, tokens: 1, host: "x", process: 1),
                        generation: Generation(1), silence: 0), deadAfter: 10), .temporary
            ),
            (ModelFileError.unknown(file: "x"), .data),
            (ModelFileError.unreadable(file: "x", .cannotOpen(path: "x", errno: 2)), .noInput),
            (ModelFileError.unreadable(file: "x", .truncated(path: "x", byte: 1)), .data),
            (CorpusError.noFileMatches(pattern: "x"), .noInput),
            (CorpusError.isDirectory(file: "x"), .noInput),
            (CorpusError.cannotOpen(file: "x", errno: 2), .noInput),
            (CorpusError.cannotOpen(file: "x", errno: 13), .permission),
            (CorpusError.cannotRead(file: "x", errno: 5), .inputOutput),
            (CorpusError.noTokens(lines: 1), .data),
            (CorpusError.damagedFile(file: "x", line: 1, byte: 1, reason: "x"), .data),
            (CountStoreError.unavailable(reason: "x"), .unavailable),
            (CountStoreError.mismatch(run: "x", differences: []), .configuration),
            (CountStoreError.finished(run: "x", shard: nil), .configuration),
            (CountStoreError.superseded(shard: 1), .superseded),
            (CountStoreError.occupied(shard: 1, holder: "x"), .superseded),
            (CountStoreError.denied(command: "x", reason: "x"), .permission),
            (CountStoreError.misconfigured(reason: "x"), .configuration),
            (CountStoreError.incompatible(reason: "x"), .superseded),
            (CountStoreError.garbled(reason: "x"), .unavailable),
            (CountStoreError.missing(run: "x"), .unavailable),
            (CountStoreError.overflow(block: 1), .data),
            (SnapshotError.incomplete(.replaced), .temporary),
            (SnapshotError.incomplete(.gone), .temporary),
            (SnapshotError.faulty(.unbalanced(block: 1)), .temporary),
            (SnapshotError.store(.denied(command: "x", reason: "x")), .permission),
            (CheckpointError.cannotRead(path: "x", errno: 13), .permission),
            (CheckpointError.cannotRead(path: "x", errno: 5), .inputOutput),
            (CheckpointError.damaged(path: "x", byte: 0, reason: "x"), .data),
            (CheckpointError.otherFormat(path: "x", format: 2), .superseded),
            (CheckpointError.mismatch(path: "x", differences: []), .configuration),
            (FileError(.create, "x", errno: 13), .cannotCreate),
            (FileError(.write, "x", errno: 28), .inputOutput),
        ] as [(any Error, Status)])
    fileprivate func table(error: any Error, status: Status) {
        #expect(Status(error) == status)
    }

    @Test("An error that dist-lda does not define has no code; a tool then ends with 70")
    func unknown() {
        #expect(Status(CancellationError()) == nil)
        #expect(Status.internal.rawValue == 70)
    }
}
