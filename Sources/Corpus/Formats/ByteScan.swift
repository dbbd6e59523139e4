/// Reading a line eight bytes at a time: words are short, and a loop over single bytes costs three times as much.
extension Span where Element == UInt8 {
    /// The eight bytes from `position`, the first one lowest.
    @inline(__always)
    func eightBytes(at position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// The bytes of `range`, at most eight, the first one lowest, zeros above the last.
    @inline(__always)
    func upToEightBytes(in range: Range<Int>) -> UInt64 {
        let length = range.upperBound &- range.lowerBound
        if range.lowerBound &+ 8 <= count {
            return eightBytes(at: range.lowerBound) & (UInt64.max >> UInt64(64 &- 8 &* length))
        }
        var head: UInt64 = 0
        for position in range.reversed() { head = head << 8 | UInt64(self[position]) }
        return head
    }

    /// The first position from `start` whose byte is below `bound` (at most 128); `count` if there is none.
    ///
    /// In x - bound per byte, the lowest byte that borrows is the first one below the bound: its top bit becomes set,
    /// where it was clear (Henry S. Warren, "Hacker's Delight", section 6-1).
    @inline(__always)
    func firstIndex(below bound: UInt8, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var position = start
        while position &+ 8 <= count {
            let eight = eightBytes(at: position)
            let below = (eight &- ones &* UInt64(bound)) & ~eight & (ones &* 0x80)
            if below != 0 { return position &+ below.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < count, self[position] >= bound { position &+= 1 }
        return position
    }
}
