import Files
import Platform
import Synchronization

/// The streams of a tool: results go to standard output, everything else to standard error. Writes are unbuffered, one
/// call per text, so that lines of several threads do not mix.
///
/// A failed write does not stop the tool, because the work it reports may have taken days. The first failure of each
/// stream is kept instead, and `RunTool` ends the process with code 74 if its exit code would otherwise be 0.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// The `errno` of the first failed write of each stream.
    private static let failures = Mutex<[StandardStream: Int32]>([:])

    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) {
        do throws(FileError) {
            try OutputFile(descriptor: rawValue, path: "standard \(self)").append(bytes)
        } catch {
            // A log that nobody reads, because it was closed or its reader has ended, is not lost.
            if self == .error, [EBADF, EINVAL, EPIPE].contains(error.errno) { return }
            Self.failures.withLock { $0[self] = $0[self] ?? error.errno }
        }
    }

    /// The first failed write to a stream.
    package struct Failure: Error, CustomStringConvertible {
        let stream: StandardStream
        let errno: Int32

        package var description: String {
            let advice =
                switch errno {
                case EPIPE: "the program that reads it has ended"
                // A descriptor that was closed can have been reused by a library before the tool began.
                case EBADF, EINVAL: "it is closed; redirect it to a file or to /dev/null"
                case ENOSPC, EDQUOT, EFBIG: "make room there or redirect it to another disk"
                default: "redirect it to a file on another disk"
                }
            return "cannot write standard \(stream), which is now incomplete (\(String(cString: strerror(errno)))): "
                + advice
        }
    }

    /// The first failed write to standard output, otherwise to standard error; nil if every write has succeeded.
    package static var failure: Failure? {
        let failures = failures.withLock { $0 }
        for stream in [Self.output, .error] {
            if let errno = failures[stream] { return Failure(stream: stream, errno: errno) }
        }
        return nil
    }

    /// Opens /dev/null in place of each of the descriptors 0, 1 and 2 that is closed, so that no other file gets its
    /// number and with it the tool's messages. It is opened in the other direction: reading standard input and writing
    /// standard output still fail.
    package static func replaceClosed() {
        for (descriptor, direction) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", direction)
        }
    }
}
