import Platform
import RedisStore

/// Hides passwords in a process's own arguments, which every user of the machine can read (ps, /proc/PID/cmdline).
package enum ArgumentMask {
    /// Overwrites the password of every URL (`redis://user:password@host`) with asterisks, in the memory that the
    /// system shows to other users. Code that needs the original arguments must copy them first, as
    /// `CommandLine.arguments` does at its first use.
    package static func hidePasswords(
        argumentCount: Int32, arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) {
        for index in 1..<max(1, Int(argumentCount)) {
            guard let argument = arguments[index] else { continue }
            let text = UnsafeRawBufferPointer(start: argument, count: strlen(argument))
            for position in RedisAddress.passwordRange(in: text) ?? 0..<0 {
                argument[position] = CChar(UInt8(ascii: "*"))
            }
        }
    }
}
