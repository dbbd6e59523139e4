package import Counts
import Platform

/// The reason why a shard cannot continue from an existing checkpoint. The numbers in parentheses are exit codes.
package enum CheckpointError: Error, Equatable, Sendable {
    /// The file cannot be read. (77 if permission is missing, otherwise 74)
    case cannotRead(path: String, errno: Int32)
    /// The contents are invalid at byte `byte`, counting from 0. (65)
    case damaged(path: String, byte: Int, reason: String)
    /// The file was written by another version of the program. (76)
    case otherFormat(path: String, format: Int)
    /// The checkpoint belongs to another run or shard, or to other documents or settings. (78)
    case mismatch(path: String, differences: [RunManifest.Difference])
}

extension CheckpointError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotRead(let path, let errno):
            "cannot read the checkpoint \(path) (\(String(cString: strerror(errno)))): check the disk and its "
                + "permissions"
        case .damaged(let path, let byte, let reason):
            "\(path):\(byte): the checkpoint is damaged (\(reason)): restore the file, or remove it to start this "
                + "shard from the beginning"
        case .otherFormat(let path, let format):
            "\(path) is a checkpoint in format \(format), but this program reads format "
                + "\(CheckpointHeader.formatVersion): use the version that wrote it, or remove it to start this shard "
                + "from the beginning"
        case .mismatch(let path, let differences):
            "the checkpoint \(path) has "
                + differences.map { "\($0.setting) \($0.stored) where this shard has \($0.given)" }.joined(
                    separator: ", ")
                + ": give the same documents and settings to continue from it, or name another folder with --checkpoint"
        }
    }
}
