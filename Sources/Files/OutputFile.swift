import Platform

/// A descriptor open for writing, which the caller must close. Interrupted system calls are repeated.
package struct OutputFile {
    private let descriptor: Int32
    package let path: String

    /// Writes to `descriptor`; errors refer to it as `path`.
    package init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Writes all of `bytes`; partial writes are continued.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        try append(bytes, count: bytes.count)
    }

    /// Writes all of the first `count` bytes of `buffer`, or throws an error.
    package func append(_ buffer: [UInt8], count: Int) throws(FileError) {
        var offset = 0
        while offset < count {
            let written = buffer.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress! + offset, count - offset)
            }
            if written >= 0 {
                offset += written
            } else if errno != EINTR {
                throw FileError(.write, path)
            }
        }
    }

    /// Overwrites bytes that have already been written, at `offset`.
    package func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
            throw FileError(.write, path)
        }
    }
}
