/// Reads a line eight bytes at a time.
extension Span where Element == UInt8 {
    /// Returns the eight bytes from `position`, the first one lowest. The bounds are not checked; the caller must
    /// ensure that all eight bytes exist.
    @inline(__always)
    func eightBytes(at position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self))
    }

    /// Returns the bytes of `range`, at most eight, the first one lowest, with zeros above the last.
    @inline(__always)
    func upToEightBytes(in range: Range<Int>) -> UInt64 {
        let length = range.upperBound &- range.lowerBound
        if range.lowerBound &+ 8 <= count { return eightBytes(at: range.lowerBound) & .lowestBytes(length) }
        var head: UInt64 = 0
        for position in range.reversed() { head = head << 8 | UInt64(self[position]) }
        return head
    }
}

extension UInt64 {
    /// Returns a mask with all bits of the lowest `count` bytes set; `count` is from 0 to 8. It shifts twice, because a
    /// masking shift by 64 bits does not shift at all, and because a branch on the length of words is mispredicted
    /// often.
    @inline(__always)
    static func lowestBytes(_ count: Int) -> UInt64 {
        let half = UInt64(truncatingIfNeeded: count &* 4)
        return (1 &<< half) &<< half &- 1
    }
}
