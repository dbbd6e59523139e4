#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A descriptor open for writing, which the caller must close. Interrupted system calls are repeated.
package struct OutputFile {
    private let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Writes all of `bytes`; partial writes are continued.
    package func append(_ bytes: [UInt8]) throws(GzipError) {
        try append(bytes, count: bytes.count)
    }

    /// Writes all of the first `count` bytes of `buffer`, or throws an error.
    func append(_ buffer: [UInt8], count: Int) throws(GzipError) {
        var offset = 0
        while offset < count {
            let written = buffer.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress! + offset, count - offset)
            }
            if written >= 0 {
                offset += written
            } else if errno != EINTR {
                throw .cannotWrite(errno: errno)
            }
        }
    }
}
