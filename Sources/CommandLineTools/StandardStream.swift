import Gzip

/// Where a tool speaks: results on standard output, everything else on standard error. Unbuffered, a call a text, so
/// that lines of several threads do not mix; a reader that is gone is nobody's concern.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) {
        try? OutputFile(descriptor: rawValue).append(bytes)
    }
}
