/// Iterates over the positions of a line's bytes below a bound. Separators are among the lowest byte values.
///
/// The line is searched 64 bytes at a time, and the result is kept as one bit per byte, so that finding one position
/// does not depend on the previous one. A scan from separator to separator took twice the time. O(length).
struct LowBytes {
    private let bound: UInt8
    /// The start of the 64 bytes that `found` describes. `found` has one bit per byte, the first one lowest, and only
    /// the bits of positions that have not been returned yet are set.
    private var base: Int
    private var found: UInt64

    /// Creates an iterator over the bytes of `line` from `start` on that are below `bound`, which must be at most 128.
    init(below bound: UInt8, in line: Span<UInt8>, from start: Int = 0) {
        self.bound = bound
        base = start
        found = line.bits(below: bound, from: start)
    }

    /// Returns the next position in `line`, or the line's length if there are no more.
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
    /// Returns one bit for each of up to 64 bytes from `start`, the first one lowest: whether the byte is below
    /// `bound`.
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

    /// Returns one bit for each of eight bytes. The sum sets a byte's top bit unless its lower bits are below the
    /// bound; the product gathers the top bits (Henry S. Warren, "Hacker's Delight", sections 6-1 and 7-4).
    @inline(__always)
    private static func bits(below bound: UInt8, in eight: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let atLeast = (eight & (ones &* 0x7F)) &+ ones &* UInt64(128 &- bound) | eight
        return (((~atLeast &>> 7) & ones) &* 0x0102_0408_1020_4080) &>> 56
    }
}
