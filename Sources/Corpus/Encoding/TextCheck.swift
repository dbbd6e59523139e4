import Platform

/// What a text contains that correct text in UTF-8 does not.
struct TextOddities: OptionSet, Sendable {
    let rawValue: UInt8

    static let notUTF8 = TextOddities(rawValue: 1)
    static let nul = TextOddities(rawValue: 2)
    /// A carriage return that does not precede a line feed.
    static let loneReturn = TextOddities(rawValue: 4)

    /// Returns the oddities of a text, except lone carriage returns.
    static func found(in text: Span<UInt8>) -> TextOddities {
        var oddities: TextOddities = TextCheck.isUTF8(text) ? [] : .notUTF8
        if TextCheck.hasNUL(text) { oddities.insert(.nul) }
        return oddities
    }
}

/// Checks whether bytes are UTF-8. O(length); ASCII is checked 32 bytes at a time.
enum TextCheck {
    static func isUTF8(_ text: Span<UInt8>) -> Bool {
        text.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                if position + 32 <= bytes.count, isASCII(bytes, at: position) {
                    position += 32
                    continue
                }
                let end = min(position + 32, bytes.count)
                while position < end {
                    let length = scalarLength(bytes, at: position)
                    if length == 0 { return false }
                    position += length
                }
            }
            return true
        }
    }

    static func hasNUL(_ text: Span<UInt8>) -> Bool {
        text.withUnsafeBytes { bytes in bytes.count > 0 && memchr(bytes.baseAddress!, 0, bytes.count) != nil }
    }

    /// Returns the position of the first byte that is not UTF-8; nil if all bytes are.
    static func firstFault(in text: Span<UInt8>) -> Int? {
        if isUTF8(text) { return nil }
        return text.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let length = scalarLength(bytes, at: position)
                if length == 0 { return position }
                position += length
            }
            return nil
        }
    }

    @inline(__always)
    private static func isASCII(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool {
        let first = bytes.loadUnaligned(fromByteOffset: position, as: SIMD4<UInt64>.self)
        return (first[0] | first[1] | first[2] | first[3]) & 0x8080_8080_8080_8080 == 0
    }

    /// Returns the number of bytes of the scalar at `position`; 0 if there is none (RFC 3629).
    @inline(__always)
    private static func scalarLength(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        let lead = bytes[position]
        if lead < 0x80 { return 1 }
        let left = bytes.count - position
        guard left > 1 else { return 0 }
        let second = bytes[position + 1]
        if lead < 0xE0 { return lead >= 0xC2 && second & 0xC0 == 0x80 ? 2 : 0 }
        guard left > 2, bytes[position + 2] & 0xC0 == 0x80 else { return 0 }
        if lead < 0xF0 {
            // The range of the second byte excludes overlong forms and surrogates.
            let isValid =
                lead == 0xE0 ? second & 0xE0 == 0xA0 : lead == 0xED ? second & 0xE0 == 0x80 : second & 0xC0 == 0x80
            return isValid ? 3 : 0
        }
        guard lead <= 0xF4, left > 3, bytes[position + 3] & 0xC0 == 0x80, second & 0xC0 == 0x80 else { return 0 }
        // The same for overlong forms and values above U+10FFFF.
        return lead == 0xF0 ? (second >= 0x90 ? 4 : 0) : lead == 0xF4 ? (second < 0x90 ? 4 : 0) : 4
    }
}
