import Files

/// The streams of a tool: results go to standard output, everything else to standard error. Writes are unbuffered, one
/// call per text, so that lines of several threads do not mix. Write errors, such as a closed pipe, are ignored.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    package func write(_ text: String) {
        write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) {
        try? OutputFile(descriptor: rawValue, path: "standard \(self)").append(bytes)
    }
}
