package import Counts

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a shard cannot go on from the checkpoint that is there.
package enum CheckpointError: Error, Equatable, Sendable {
    /// (77 for want of rights, else 74)
    case cannotRead(path: String, errno: Int32)
    /// No process wrote it so; `byte` counts from 0. (65)
    case damaged(path: String, byte: Int, reason: String)
    /// It was written by another version of the program. (76)
    case otherFormat(path: String, format: Int)
    /// It is of another run or shard, or of other documents or settings. (78)
    case mismatch(path: String, differences: [RunManifest.Difference])
}

extension CheckpointError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotRead(let path, let errno):
            "cannot read the checkpoint \(path) (\(String(cString: strerror(errno)))): check the disk and its permissions"
        case .damaged(let path, let byte, let reason):
            "\(path):\(byte): the checkpoint is damaged (\(reason)): bring the file back, or remove it to begin this shard "
                + "anew"
        case .otherFormat(let path, let format):
            "\(path) is a checkpoint in format \(format), and this program reads format \(CheckpointHeader.formatVersion): "
                + "use the version that wrote it, or remove it to begin this shard anew"
        case .mismatch(let path, let differences):
            "the checkpoint \(path) has "
                + differences.map { "\($0.setting) \($0.stored) where this shard has \($0.given)" }.joined(
                    separator: ", ")
                + ": give the same documents and settings to go on from it, or name another folder with --checkpoint"
        }
    }
}
