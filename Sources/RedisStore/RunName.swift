/// The name of a run in the store. It consists of 1 to 128 ASCII letters, digits and characters of `. _ - + = , ~ @ %`.
/// It begins with a letter, a digit or `_`, and does not contain `..`. So it is safe in a key (where braces and slashes
/// are delimiters), in a pattern, in a file name and on a command line, and two different names never look the same.
package struct RunName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        package let name: String
        package let reason: String

        package var description: String {
            "run name \(name.debugDescription) \(reason): use letters, digits and \(RunName.marks), "
                + "for example --run=\(RunName(fitting: name))"
        }
    }

    package static let longest = 128
    private static let marks = "._-+=,~@%"

    package init(_ text: String) throws(Fault) {
        func refuse(_ reason: String) -> Fault { Fault(name: text, reason: reason) }
        guard let first = text.utf8.first else { throw refuse("is empty") }
        if text.utf8.count > Self.longest { throw refuse("has more than \(Self.longest) bytes") }
        for scalar in text.unicodeScalars where !Self.allows(scalar) {
            throw refuse(
                scalar.properties.isWhitespace ? "has white space in it" : "has \(scalar.debugDescription) in it")
        }
        guard Self.begins(first) else { throw refuse("begins with neither a letter nor a digit") }
        if text.contains("..") { throw refuse("has \"..\" in it") }
        self.text = text
    }

    /// Creates a valid name from any text, such as the base name of a file. Each byte that is not allowed becomes `_`.
    package init(fitting text: String) {
        var bytes: [UInt8] = []
        for byte in text.utf8.prefix(Self.longest) {
            let allowed = Self.allows(Unicode.Scalar(byte)) && !(byte == UInt8(ascii: ".") && bytes.last == byte)
            bytes.append(allowed ? byte : UInt8(ascii: "_"))
        }
        if let first = bytes.first, !Self.begins(first) { bytes[0] = UInt8(ascii: "_") }
        self.text = bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }

    package var description: String { text }

    private static func allows(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (isAlphanumeric(UInt8(scalar.value)) || marks.unicodeScalars.contains(scalar))
    }

    private static func begins(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "_") }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
