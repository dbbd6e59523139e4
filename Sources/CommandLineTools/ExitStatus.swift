import Conversion
import Corpus
import Counts
import Files
import Models
import Platform
import RedisStore
import Sampling
import Training

/// The exit codes of the tools, from BSD's `sysexits.h`, so that scripts can distinguish "try again" from "fix the
/// input".
package enum ExitStatus: Int32, Sendable {
    case success = 0
    case usage = 64
    case data = 65
    case noInput = 66
    case unavailable = 69
    case `internal` = 70
    case system = 71
    case cannotCreate = 73
    case inputOutput = 74
    case temporary = 75
    case superseded = 76
    case permission = 77
    case configuration = 78

    /// The codes for the help texts.
    package static let help = """
        Exit codes: 0 success; 64 wrong flags; 65 wrong or damaged documents or files, or too little memory; \
        66 a file is missing; 69 the server or the run is unavailable; 70 an error in the program; 71 a limit of \
        the system; 73 a file cannot be created, or its folder is in use; 74 a file cannot be read or written; \
        75 given up for now, try again; 76 another process has the shard; 77 permission denied; 78 settings that \
        do not fit the run or the server; 128 + N ended by signal N.
        """

    /// Maps an error to its code. This is the only such table; nil for an error that dist-lda does not define.
    package init?(_ error: any Error) {
        switch error {
        case is UsageError, is RedisAddress.Fault, is RunName.Fault, is ModelFormat.TooManyTopics: self = .usage
        case is OutageError, is LivingShardError: self = .temporary
        case is ProcessLimits.Exceeded: self = .system
        case is FolderLock.InUse: self = .cannotCreate
        case is StandardStream.Failure: self = .inputOutput
        case is MemoryPlan.Refusal, is BrokenLedgerError, is WordCollision: self = .data
        case let error as SecretFileError: self = Self.status(of: error)
        case let error as CorpusError: self = Self.status(of: error)
        case let error as ModelFileError: self = Self.status(of: error)
        case let error as CountStoreError: self = Self.status(of: error)
        case let error as SnapshotError:
            switch error {
            case .incomplete, .faulty: self = .temporary
            case .store(let error): self = Self.status(of: error)
            }
        case let error as CheckpointError:
            switch error {
            case .cannotRead(_, let errno): self = errno == EACCES || errno == EPERM ? .permission : .inputOutput
            case .damaged: self = .data
            case .otherFormat: self = .superseded
            case .mismatch: self = .configuration
            }
        case let error as FileError:
            switch error.action {
            case .create: self = .cannotCreate
            case .write: self = .inputOutput
            }
        default: return nil
        }
    }

    private static func status(of error: CountStoreError) -> ExitStatus {
        switch error {
        case .unavailable, .garbled, .missing: .unavailable
        case .mismatch, .finished, .misconfigured: .configuration
        case .superseded, .occupied, .incompatible: .superseded
        case .denied: .permission
        case .overflow: .data
        }
    }

    private static func status(of error: SecretFileError) -> ExitStatus {
        switch error {
        case .cannotRead(_, _, let errno): errno == EACCES || errno == EPERM ? .permission : .noInput
        case .isEmpty: .data
        }
    }

    private static func status(of error: ModelFileError) -> ExitStatus {
        guard case .unreadable(_, let error) = error else { return .data }
        return switch error {
        case .isDirectory: .noInput
        case .cannotOpen(_, let errno): errno == EACCES || errno == EPERM ? .permission : .noInput
        case .cannotRead: .inputOutput
        case .truncated, .damaged, .trailingGarbage: .data
        }
    }

    private static func status(of error: CorpusError) -> ExitStatus {
        switch error {
        case .noFileMatches, .isDirectory: .noInput
        case .cannotOpen(_, let errno): errno == EACCES || errno == EPERM ? .permission : .noInput
        case .cannotRead, .changed: .inputOutput
        case .wrongFlag: .usage
        case .stopped: .internal
        case .damagedFile, .badCell, .badLine, .notUTF8, .lineTooLong, .textTooLong, .documentTooLong, .missingEntries,
            .unsorted, .cannotReadAgain, .nulByte, .foreign, .otherFormat, .sameFile, .notInEncoding, .noByteOrderMark,
            .unmarkedEncoding, .numberedWords, .wrongIDs, .otherWordList, .noFeatureType, .noTokens, .noWordsLeft,
            .aboveMemoryLimit,
            .tooManyTokens:
            .data
        }
    }
}
