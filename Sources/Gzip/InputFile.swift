#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file open for reading; closes what it opened. Interrupted calls are repeated.
struct InputFile: ~Copyable {
    let path: String
    private let descriptor: Int32
    private let isOwned: Bool

    /// Opens `path`; "-" is standard input, which is left open.
    init(path: String) throws(GzipError) {
        let isOwned = path != "-"
        let name = isOwned ? path : "standard input"
        let descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            if isOwned { close(descriptor) }
            throw .isDirectory(path: name)
        }
        self.init(descriptor: descriptor, path: name, isOwned: isOwned)
    }

    /// Reads from a descriptor that someone else closes.
    init(borrowing descriptor: Int32, path: String) {
        self.init(descriptor: descriptor, path: path, isOwned: false)
    }

    private init(descriptor: Int32, path: String, isOwned: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.isOwned = isOwned
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Fills `buffer[offset...]` as far as one read goes: the bytes read, 0 at the end of the file.
    func fill(_ buffer: inout [UInt8], from offset: Int) throws(GzipError) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
            }
            if count >= 0 { return count }
            if errno != EINTR { throw .cannotRead(path: path, errno: errno) }
        }
    }
}
