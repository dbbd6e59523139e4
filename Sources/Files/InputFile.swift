import Platform

/// A file open for reading. It closes a descriptor that it opened itself. Interrupted system calls are repeated.
package struct InputFile: ~Copyable {
    /// The time in milliseconds to wait for data before `isStopped` is called.
    private static let patience: Int32 = 100

    package let path: String
    private let descriptor: Int32
    private let isOwned: Bool
    private let isStopped: (@Sendable () -> Bool)?

    /// Opens `path`; "-" is standard input, which is left open. While the file has no data to read, it ends as soon as
    /// `isStopped` returns true.
    package init(path: String, isStopped: (@Sendable () -> Bool)? = nil) throws(InputError) {
        let isOwned = path != "-"
        let name = isOwned ? path : "standard input"
        let descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            if isOwned { close(descriptor) }
            throw .isDirectory(path: name)
        }
        // If standard input is closed, a library can have got its number for a descriptor that never has data.
        if !isOwned, ![S_IFREG, S_IFIFO, S_IFCHR, S_IFSOCK].contains(status.st_mode & S_IFMT) {
            throw .cannotOpen(path: name, errno: EBADF)
        }
        if isOwned { ReadFiles.note(status) }
        self.init(descriptor: descriptor, path: name, isOwned: isOwned, isStopped: isStopped)
    }

    /// Reads from a descriptor that the caller closes.
    package init(borrowing descriptor: Int32, path: String) {
        self.init(descriptor: descriptor, path: path, isOwned: false, isStopped: nil)
    }

    private init(descriptor: Int32, path: String, isOwned: Bool, isStopped: (@Sendable () -> Bool)?) {
        self.descriptor = descriptor
        self.path = path
        self.isOwned = isOwned
        self.isStopped = isStopped
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Reads once into `buffer[offset...]`. Returns the number of bytes read, 0 at the end of the file.
    package func fill(_ buffer: inout [UInt8], from offset: Int) throws(InputError) -> Int {
        while true {
            guard isReadable() else { return 0 }
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
            }
            if count >= 0 { return count }
            if errno != EINTR { throw .cannotRead(path: path, errno: errno) }
        }
    }

    /// Waits until a read would not block. Returns false if it was stopped before.
    private func isReadable() -> Bool {
        guard let isStopped else { return true }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Errors of the file are reported by the read that follows.
        while true {
            let ready = poll(&wanted, 1, Self.patience)
            if ready > 0 || (ready < 0 && errno != EINTR) { return true }
            if isStopped() { return false }
        }
    }
}
