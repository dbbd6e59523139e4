/// Encodes words and names of any bytes as JSON strings, reversibly.
///
/// - `"` and `\` are escaped by a backslash, control characters as \n, \r, \t or \u00XX. U+007F is escaped too, because
///   of terminals.
/// - Valid UTF-8 stays as it is.
/// - A byte that is not part of valid UTF-8 becomes \udcXX, a lone surrogate that valid UTF-8 cannot produce, as in
///   Python's `surrogateescape` (PEP 383). `json.loads(text).encode("utf-8", "surrogateescape")` returns the bytes.
///
/// UTF-8 is valid as defined by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
package enum JSONText {
    /// Appends `text` in quotes. O(bytes).
    package static func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20 && byte < 0x7F {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
                index += 1
            } else if byte < 0x80 {
                appendControl(byte, to: &bytes)
                index += 1
            } else {
                let length = UTF8Text.scalarLength(in: text, at: index)
                if length == 0 {
                    bytes.append(contentsOf: "\\udc".utf8)
                    appendHexadecimal(byte, to: &bytes)
                    index += 1
                } else {
                    for _ in 0..<length {
                        bytes.append(text[index])
                        index += 1
                    }
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendControl(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
        case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
        default:
            bytes.append(contentsOf: "\\u00".utf8)
            appendHexadecimal(byte, to: &bytes)
        }
    }

    private static func appendHexadecimal(_ byte: UInt8, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 0xF)])
    }
}
