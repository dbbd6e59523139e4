/// Reading a line eight bytes at a time.
extension Span where Element == UInt8 {
    /// The eight bytes from `position`, the first one lowest. That they are there is the caller's to know: the check
    /// is left out.
    @inline(__always)
    func eightBytes(at position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self))
    }

    /// The bytes of `range`, at most eight, the first one lowest, zeros above the last.
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
    /// All bits of the lowest `count` bytes, from 0 to 8. Two shifts, for one by 64 is none, and a branch on the length
    /// of words is one that no processor can foretell.
    @inline(__always)
    static func lowestBytes(_ count: Int) -> UInt64 {
        let half = UInt64(truncatingIfNeeded: count &* 4)
        return (1 &<< half) &<< half &- 1
    }
}
