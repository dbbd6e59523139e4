/// The encodings of text that can be read; raw values are the spellings on the command line.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    /// ISO 8859-1: each byte is the character with that number.
    case latin1
    /// Microsoft's code page of western Europe, which is often called Latin-1. Its five unused bytes are read as the
    /// control characters with their numbers, as browsers do.
    case windows1252 = "windows-1252"
    /// UTF-16 and UTF-32 in the byte order that a byte-order mark gives.
    case utf16 = "utf-16"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    case utf32 = "utf-32"
    case utf32LittleEndian = "utf-32le"
    case utf32BigEndian = "utf-32be"

    /// Finds the encoding with this name, ignoring case and `_`; also by its usual other names.
    package init?(name: String) {
        let name = name.lowercased().replacing("_", with: "-")
        switch name {
        case "utf8": self = .utf8
        case "latin-1", "iso-8859-1", "iso8859-1": self = .latin1
        case "cp1252", "windows1252": self = .windows1252
        case "utf16": self = .utf16
        case "utf32": self = .utf32
        default: self.init(rawValue: name)
        }
    }

    /// Whether text in this encoding says its byte order itself.
    var needsMark: Bool { self == .utf16 || self == .utf32 }

    /// Returns the encoding that a byte-order mark at the start of a file gives, and the mark's length; nil without a
    /// mark. `expected` is the encoding that the user named: FF FE 00 00 is a mark of UTF-32, except if UTF-16 is
    /// expected.
    static func mark(_ start: Span<UInt8>, expected: TextEncoding?) -> (encoding: TextEncoding, length: Int)? {
        func begins(_ mark: [UInt8]) -> Bool {
            guard start.count >= mark.count else { return false }
            for position in mark.indices where start[position] != mark[position] { return false }
            return true
        }
        if begins([0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if begins([0, 0, 0xFE, 0xFF]) { return (.utf32BigEndian, 4) }
        if begins([0xFF, 0xFE, 0, 0]), expected != .utf16, expected != .utf16LittleEndian {
            return (.utf32LittleEndian, 4)
        }
        if begins([0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return begins([0xFF, 0xFE]) ? (.utf16LittleEndian, 2) : nil
    }

    /// Returns the encoding of a text in UTF-16 without a byte-order mark, if its zeros show it: at least a third of
    /// its bytes, all of them the upper bytes of a unit. nil for any other text.
    static func unmarked(_ start: Span<UInt8>) -> TextEncoding? {
        var zeros = [0, 0]
        for position in 0..<min(start.count, 1 << 10) where start[position] == 0 { zeros[position % 2] += 1 }
        guard start.count >= 8, (zeros[0] + zeros[1]) * 3 >= min(start.count, 1 << 10) else { return nil }
        return zeros[0] == 0 ? .utf16LittleEndian : zeros[1] == 0 ? .utf16BigEndian : nil
    }
}
