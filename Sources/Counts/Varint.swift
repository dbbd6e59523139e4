/// The variable-length format of unsigned numbers: seven bits in each byte, the low ones first, and the high bit set in
/// all bytes except the last (LEB128).
enum Varint {
    @inline(__always)
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Reads the number at `cursor` and moves `cursor` past it; nil if the bytes end first or the number has more than
    /// 64 bits.
    @inline(__always)
    static func read(_ bytes: Span<UInt8>, _ cursor: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while cursor < bytes.count, shift < 64 {
            let byte = bytes[cursor]
            cursor += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
