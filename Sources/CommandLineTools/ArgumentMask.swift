/// Hides passwords in a process's own arguments, which every user of the machine can read (ps, /proc/PID/cmdline).
package enum ArgumentMask {
    /// Overwrites user and password of every URL (`redis://user:password@host`) by asterisks, where the system reads
    /// them. Whoever wants the arguments copies them first (`CommandLine.arguments` does at its first use).
    package static func hidePasswords(
        argumentCount: Int32, arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) {
        for index in 1..<max(1, Int(argumentCount)) {
            guard let argument = arguments[index] else { continue }
            let text = Array(String(cString: argument).utf8)
            for position in secret(in: text) { argument[position] = CChar(UInt8(ascii: "*")) }
        }
    }

    /// `text` with its secret in asterisks, for messages.
    package static func masked(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for position in secret(in: bytes) { bytes[position] = UInt8(ascii: "*") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What stands between "://" and the last "@": a password may hold any byte, so the last one counts.
    static func secret(in text: [UInt8]) -> Range<Int> {
        let mark = Array("://".utf8)
        guard let at = text.lastIndex(of: UInt8(ascii: "@")),
            let scheme = text.indices.first(where: { text[$0...].starts(with: mark) }), scheme + mark.count < at
        else { return 0..<0 }
        return scheme + mark.count..<at
    }
}
