package import Files
package import JSON
import Platform

/// A file to which whole lines are appended, each by one system call. `tail -f` never shows a partial record, and if
/// the process is killed, every line that it has written remains.
package struct LineLog: ~Copyable {
    package enum Start: Sendable, Equatable {
        /// Replaces an earlier file with an empty one, by rename, so that processes can still read the earlier one.
        case anew
        /// Keeps the lines of earlier processes; a line that was left incomplete when its writer died gets a line end.
        case after
        /// Keeps the first `lines` lines, or all if there are fewer; the rest is removed.
        case keeping(lines: Int)
    }

    package let path: String
    private let descriptor: Int32

    package init(path: String, _ start: Start) throws(FileError) {
        descriptor = try Self.opened(path, start)
        self.path = path
    }

    deinit { close(descriptor) }

    /// Appends one JSON value as a line.
    package func append(_ value: JSONValue) throws(FileError) {
        try OutputFile(descriptor: descriptor, path: path).append(value.line() + [UInt8(ascii: "\n")])
    }

    private static func opened(_ path: String, _ start: Start) throws(FileError) -> Int32 {
        if start == .anew { try AtomicFile(path: path).commit() }
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(.create, path) }
        if case .keeping(let lines) = start { try keep(lines, of: descriptor, path) }
        var last: UInt8 = 0
        let end = lseek(descriptor, 0, SEEK_END)
        if end > 0, pread(descriptor, &last, 1, end - 1) == 1, last != UInt8(ascii: "\n") {
            try OutputFile(descriptor: descriptor, path: path).append([UInt8(ascii: "\n")])
        }
        return descriptor
    }

    /// Truncates the file after its first `lines` lines.
    private static func keep(_ lines: Int, of descriptor: Int32, _ path: String) throws(FileError) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var (left, offset) = (lines, 0)
        while true {
            if left == 0 {
                guard ftruncate(descriptor, off_t(offset)) == 0 else { throw FileError(.write, path) }
                return
            }
            let count = pread(descriptor, &chunk, chunk.count, off_t(offset))
            guard count > 0 else { return }
            var end = 0
            while end < count, left > 0 {
                if chunk[end] == UInt8(ascii: "\n") { left -= 1 }
                end += 1
            }
            offset += end
        }
    }
}
