/// The positions of a line's bytes below a bound, one after another: separators are among the lowest byte values.
///
/// They are found 64 bytes at a time and kept as a bit each, so that finding the next does not wait for the last: a scan
/// from separator to separator took twice the time. O(length).
struct LowBytes {
    private let bound: UInt8
    /// Where the 64 bytes begin of which `found` has what is still to come, the first one lowest.
    private var base: Int
    private var found: UInt64

    /// Those of `line` from `start` on that are below `bound`, which is at most 128.
    init(below bound: UInt8, in line: Span<UInt8>, from start: Int = 0) {
        self.bound = bound
        base = start
        found = line.bits(below: bound, from: start)
    }

    /// The next one's position in `line`; its length when there are no more.
    @inline(__always)
    mutating func next(in line: Span<UInt8>) -> Int {
        while found == 0 {
            base &+= 64
            guard base < line.count else { return line.count }
            found = line.bits(below: bound, from: base)
        }
        let position = base &+ found.trailingZeroBitCount
        found &= found &- 1
        return position
    }
}

extension Span where Element == UInt8 {
    /// A bit for each of up to 64 bytes from `start`, the first one lowest: whether it is below `bound`.
    @inline(__always)
    fileprivate func bits(below bound: UInt8, from start: Int) -> UInt64 {
        var bits: UInt64 = 0
        if start &+ 64 <= count {
            for eight in 0..<8 {
                let low = Self.bits(below: bound, in: eightBytes(at: start &+ eight &* 8))
                bits |= low &<< UInt64(truncatingIfNeeded: eight &* 8)
            }
            return bits
        }
        var position = start
        while position < count {
            let here = position..<Swift.min(position &+ 8, count)
            let low = Self.bits(below: bound, in: upToEightBytes(in: here)) & ~(~0 << UInt64(here.count))
            bits |= low << UInt64(position - start)
            position += 8
        }
        return bits
    }

    /// A bit for each of eight bytes. The sum sets a byte's top bit unless its lower bits are below the bound; the
    /// product moves the top bits together (Henry S. Warren, "Hacker's Delight", sections 6-1 and 7-4).
    @inline(__always)
    private static func bits(below bound: UInt8, in eight: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let atLeast = (eight & (ones &* 0x7F)) &+ ones &* UInt64(128 &- bound) | eight
        return (((~atLeast &>> 7) & ones) &* 0x0102_0408_1020_4080) &>> 56
    }
}
