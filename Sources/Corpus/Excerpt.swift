/// A piece of input that is safe to show on a terminal: at most `limit` bytes of it, in which every character that
/// could move the cursor, hide text or reorder text is written as `\xNN`, byte by byte.
package struct Excerpt: Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ bytes: [UInt8], limit: Int = 60) {
        var text = ""
        var decoder = UTF8()
        var rest = bytes.prefix(limit).makeIterator()
        var position = 0
        decoding: while true {
            let before = position
            switch decoder.decode(&rest) {
            case .emptyInput: break decoding
            case .error:
                position += 1
                text += Self.escaped(bytes[before])
            case .scalarValue(let scalar):
                position += UTF8.width(scalar)
                if Self.isHarmless(scalar) {
                    text.unicodeScalars.append(scalar)
                } else {
                    for byte in bytes[before..<position] { text += Self.escaped(byte) }
                }
            }
        }
        description = bytes.count > limit ? text + "..." : text
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F && scalar != "\\" }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
