#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file open for reading; closes what it opened. Interrupted calls are repeated.
struct InputFile: ~Copyable {
    /// How long to wait for bytes before asking whether to go on, in milliseconds.
    private static let patience: Int32 = 100

    let path: String
    private let descriptor: Int32
    private let isOwned: Bool
    private let isStopped: (@Sendable () -> Bool)?

    /// Opens `path`; "-" is standard input, which is left open. A file that has nothing to read ends when `isStopped`
    /// says so.
    init(path: String, isStopped: (@Sendable () -> Bool)? = nil) throws(GzipError) {
        let isOwned = path != "-"
        let name = isOwned ? path : "standard input"
        let descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            if isOwned { close(descriptor) }
            throw .isDirectory(path: name)
        }
        self.init(descriptor: descriptor, path: name, isOwned: isOwned, isStopped: isStopped)
    }

    /// Reads from a descriptor that someone else closes.
    init(borrowing descriptor: Int32, path: String) {
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

    /// Fills `buffer[offset...]` as far as one read goes: the bytes read, 0 at the end of the file.
    func fill(_ buffer: inout [UInt8], from offset: Int) throws(GzipError) -> Int {
        while true {
            guard isReadable() else { return 0 }
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
            }
            if count >= 0 { return count }
            if errno != EINTR { throw .cannotRead(path: path, errno: errno) }
        }
    }

    /// Waits until a read would not wait; false when it is stopped before.
    private func isReadable() -> Bool {
        guard let isStopped else { return true }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // What is wrong with the file is the read's to tell.
        while true {
            let ready = poll(&wanted, 1, Self.patience)
            if ready > 0 || (ready < 0 && errno != EINTR) { return true }
            if isStopped() { return false }
        }
    }
}
