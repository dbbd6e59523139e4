/// Decodes bytes as UTF-8 for display. Words may hold any bytes.
package enum UTF8Text {
    /// Returns the number of bytes of the scalar that starts at `index`, from 2 to 4, or 0 if there is no valid scalar
    /// (RFC 3629). Requires `text[index]` >= 0x80.
    static func scalarLength(in text: Span<UInt8>, at index: Int) -> Int {
        let lead = text[index]
        let length: Int
        // The range of the second byte excludes overlong forms, surrogates and values above U+10FFFF.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { second = 0xA0...0xBF }
            if lead == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { second = 0x90...0xBF }
            if lead == 0xF4 { second = 0x80...0x8F }
        default: return 0
        }
        guard index + length <= text.count, second.contains(text[index + 1]) else { return 0 }
        for next in index + 2..<index + length where text[next] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Returns a message for display on a terminal: without line ends at its end, and with other control characters
    /// except line feeds escaped as \xNN. Unlike `printable`, it can be applied to text that is already escaped.
    package static func withoutControls(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: result.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7F..<0xA0:
                result += (scalar.value < 0x10 ? "\\x0" : "\\x") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        while result.last == "\n" { result.removeLast() }
        return result
    }

    /// Returns `text` for display on a terminal: control characters (C0, DEL, C1), backslashes and bytes that are not
    /// UTF-8 are escaped as \xNN, so that no word can move the cursor, change colours or look like another word.
    package static func printable(_ text: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            var length = byte < 0x80 ? 1 : scalarLength(in: text, at: index)
            let isControl = byte < 0x20 || byte == 0x7F || (byte == 0xC2 && length == 2 && text[index + 1] < 0xA0)
            if length == 0 || isControl || byte == UInt8(ascii: "\\") {
                length = max(length, 1)
                for offset in 0..<length {
                    let digits = String(text[index + offset], radix: 16)
                    bytes.append(contentsOf: (digits.utf8.count == 1 ? "\\x0" : "\\x").utf8)
                    bytes.append(contentsOf: digits.utf8)
                }
            } else {
                for offset in 0..<length { bytes.append(text[index + offset]) }
            }
            index += length
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
