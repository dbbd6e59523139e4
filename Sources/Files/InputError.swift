import Platform

/// The errors of reading a file, which may be compressed. Byte offsets count compressed bytes from 0.
///
/// A missing file, an unreadable file and a directory can be distinguished, because tools report them with different
/// exit codes.
package enum InputError: Error, Equatable, Sendable {
    case cannotOpen(path: String, errno: Int32)
    case isDirectory(path: String)
    case cannotRead(path: String, errno: Int32)
    /// The file ends inside a member.
    case truncated(path: String, byte: Int)
    /// A member's header, data, checksum or length is wrong; `reason` is the message of the library.
    case damaged(path: String, byte: Int, reason: String)
    /// The last member is followed by bytes that are neither another member nor zero padding.
    case trailingGarbage(path: String, byte: Int)
}

extension InputError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotOpen(let path, let errno):
            "cannot open \(path): \(String(cString: strerror(errno)))"
        case .isDirectory(let path):
            "\(path) is a directory: name a file in it"
        case .cannotRead(let path, let errno):
            "cannot read \(path): \(String(cString: strerror(errno)))"
        case .truncated(let path, let byte):
            "\(path) is cut short: the compressed data ends at byte \(byte) inside a member; download the file again"
        case .damaged(let path, let byte, let reason):
            "\(path) has damaged compressed data at byte \(byte) (\(reason)); download the file again"
        case .trailingGarbage(let path, let byte):
            "\(path) has trailing bytes from byte \(byte) on that are not compressed data; remove them"
        }
    }
}
