#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that grows by whole lines, each written by one call: what `tail -f` shows is never half a record, and a
/// process that is killed leaves every line it has written.
package struct LineLog: ~Copyable {
    package enum Start: Sendable {
        /// A new, empty file takes the place of an earlier one, by rename: whoever reads that one still can.
        case anew
        /// Lines of earlier processes stay; one that was torn when its writer died is ended.
        case after
    }

    package let path: String
    private let descriptor: Int32

    package init(path: String, _ start: Start) throws(FileError) {
        descriptor = try Self.opened(path, start)
        self.path = path
    }

    deinit { close(descriptor) }

    /// Adds one JSON value as a line.
    package func append(_ value: JSONValue) throws(FileError) {
        try AtomicFile.write(value.line() + [UInt8(ascii: "\n")], to: descriptor, path: path)
    }

    private static func opened(_ path: String, _ start: Start) throws(FileError) -> Int32 {
        if start == .anew { try AtomicFile(path: path).commit() }
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(.create, path) }
        var last: UInt8 = 0
        let end = lseek(descriptor, 0, SEEK_END)
        if end > 0, pread(descriptor, &last, 1, end - 1) == 1, last != UInt8(ascii: "\n") {
            try AtomicFile.write([UInt8(ascii: "\n")], to: descriptor, path: path)
        }
        return descriptor
    }
}
