import Dispatch

/// The system's limits for this process. A limit that is too low is reported when the process starts, because the
/// libraries below it wait without end for a thread that they cannot start, or crash without an open file.
package enum ProcessLimits {
    package struct Exceeded: Error, CustomStringConvertible {
        package let description: String
    }

    /// The files that libraries and the store need, in addition to those that the process has open.
    private static let files = 16

    /// Throws if the process cannot have `threads` more threads, and some files, at the same time.
    package static func check(threads: Int) throws(Exceeded) {
        var open: [Int32] = []
        defer { for descriptor in open { close(descriptor) } }
        for _ in 0..<files {
            let descriptor = Platform.open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw Exceeded(
                    description: "cannot open \(files) files (\(String(cString: strerror(errno)))): raise the limit of "
                        + "open files (ulimit -n)")
            }
            open.append(descriptor)
        }
        // The stack of a thread and the reserve of the C library for its allocations, on Linux.
        let addresses = threads * (72 << 20)
        if let free = Machine.ownLimit, free < addresses {
            throw Exceeded(
                description: "this process may use \(free >> 20) MB of addresses more, but its \(threads) threads need "
                    + "\(addresses >> 20) MB: raise the limit of memory (ulimit -v), or give it fewer cores")
        }
        let (end, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        var (started, status) = (0, Int32(0))
        while started < threads, status == 0 {
            status = SystemThread.start {
                end.wait()
                ended.signal()
            }
            if status == 0 { started += 1 }
        }
        for _ in 0..<started { end.signal() }
        for _ in 0..<started { ended.wait() }
        guard status == 0 else {
            throw Exceeded(
                description: "cannot start \(threads) threads, only \(started) (\(String(cString: strerror(status)))): "
                    + "raise the limit of processes (ulimit -u), or give it fewer cores")
        }
    }
}
