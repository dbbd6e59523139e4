#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a tool speaks: results on standard output, everything else on standard error. Unbuffered, a call a text, so
/// that lines of several threads do not mix; a reader that is gone is nobody's concern.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(rawValue, buffer.baseAddress! + offset, buffer.count - offset)
                #elseif canImport(Musl)
                    Musl.write(rawValue, buffer.baseAddress! + offset, buffer.count - offset)
                #else
                    Darwin.write(rawValue, buffer.baseAddress! + offset, buffer.count - offset)
                #endif
            }
            if written < 0 && errno != EINTR { return }
            offset += max(0, written)
        }
    }
}
