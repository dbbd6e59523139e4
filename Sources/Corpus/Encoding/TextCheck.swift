import Platform

/// Checks whether bytes are UTF-8 (RFC 3629). O(length).
///
/// ASCII is skipped 32 bytes at a time. Other text is checked in blocks of 32 bytes, all bytes of a block at once: the
/// top bit of each byte in an integer says whether the byte has a property. A loop over scalars took two to three times
/// as long for Cyrillic text.
enum TextCheck {
    static func isUTF8(_ text: Span<UInt8>) -> Bool {
        text.withUnsafeBytes { bytes in
            // A block refers to the three bytes before it.
            guard var position = endOfScalars(bytes, from: 0, upTo: 3) else { return false }
            var faults = Block()
            while position + 32 <= bytes.count {
                if !isASCII(bytes, around: position) { faults |= self.faults(bytes, at: position) }
                position += 32
            }
            if !isZero(faults) { return false }
            // A scalar that begins in the last block may continue after it.
            var start = position
            while start > 0, position - start < 3, bytes[start - 1] & 0xC0 == 0x80 { start -= 1 }
            if start > 0, bytes[start - 1] >= 0xC0 { start -= 1 }
            return endOfScalars(bytes, from: start, upTo: bytes.count) != nil
        }
    }

    /// Returns the position of the first byte that is not UTF-8; nil if all bytes are.
    static func firstFault(in text: Span<UInt8>) -> Int? {
        text.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let length = scalarLength(bytes, at: position)
                if length == 0 { return position }
                position += length
            }
            return nil
        }
    }

    static func hasNUL(_ text: Span<UInt8>) -> Bool {
        text.withUnsafeBytes { bytes in bytes.count > 0 && memchr(bytes.baseAddress!, 0, bytes.count) != nil }
    }

    // MARK: Scalars

    /// Walks over the scalars from `start` until one ends at or after `end`, and returns where it ends; nil if there is
    /// a fault before.
    private static func endOfScalars(_ bytes: UnsafeRawBufferPointer, from start: Int, upTo end: Int) -> Int? {
        var position = start
        while position < min(end, bytes.count) {
            let length = scalarLength(bytes, at: position)
            if length == 0 { return nil }
            position += length
        }
        return position
    }

    /// Returns the number of bytes of the scalar at `position`; 0 if there is none.
    private static func scalarLength(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        let lead = bytes[position]
        if lead < 0x80 { return 1 }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard lead >= 0xC2, lead <= 0xF4, position + length <= bytes.count else { return 0 }
        for next in position + 1..<position + length where bytes[next] & 0xC0 != 0x80 { return 0 }
        let second = bytes[position + 1]
        // The range of the second byte excludes overlong forms, surrogates and values above U+10FFFF.
        switch lead {
        case 0xE0: return second >= 0xA0 ? length : 0
        case 0xED: return second < 0xA0 ? length : 0
        case 0xF0: return second >= 0x90 ? length : 0
        case 0xF4: return second < 0x90 ? length : 0
        default: return length
        }
    }

    // MARK: Blocks

    private typealias Block = SIMD4<UInt64>

    /// The top bit of each byte. A shift by k moves bit 7 - k of a byte there; other bits of results have no meaning.
    @inline(__always)
    private static var tops: Block { Block(repeating: 0x8080_8080_8080_8080) }

    @inline(__always)
    private static func isZero(_ block: Block) -> Bool { block[0] | block[1] | block[2] | block[3] == 0 }

    /// Whether the block at `position`, and the three bytes before it, are ASCII.
    @inline(__always)
    private static func isASCII(_ bytes: UnsafeRawBufferPointer, around position: Int) -> Bool {
        let most = bytes.loadUnaligned(fromByteOffset: position - 3, as: Block.self)
        let rest = bytes.loadUnaligned(fromByteOffset: position + 24, as: UInt64.self)
        return isZero((most | Block(rest, 0, 0, 0)) & tops)
    }

    /// Returns the bytes of the block at `position` that do not fit the bytes before them.
    @inline(__always)
    private static func faults(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Block {
        let this = bytes.loadUnaligned(fromByteOffset: position, as: Block.self)
        let one = bytes.loadUnaligned(fromByteOffset: position &- 1, as: Block.self)
        let two = bytes.loadUnaligned(fromByteOffset: position &- 2, as: Block.self)
        let three = bytes.loadUnaligned(fromByteOffset: position &- 3, as: Block.self)
        // Exactly those bytes continue a scalar (80 to BF) that follow a lead of sufficient length; C0 and C1 are no
        // leads.
        let oneFromC0 = one & one &<< 1
        let mustContinue =
            oneFromC0 | two & two &<< 1 & two &<< 2 | three & three &<< 1 & three &<< 2 & three &<< 3
        var faults = (this & ~(this &<< 1)) ^ mustContinue
        faults |= equals(this & Block(repeating: 0xFEFE_FEFE_FEFE_FEFE), 0xC0)
        let fromE0 = this & this &<< 1 & this &<< 2
        let oneFromE0 = oneFromC0 & one &<< 2
        if !isZero((fromE0 | oneFromE0) & tops) {
            // From A0 on.
            let isUpper = this &<< 2
            faults |= equals(one, 0xE0) & ~isUpper | equals(one, 0xED) & isUpper
            let fromF0 = fromE0 & this &<< 3
            if !isZero((fromF0 | oneFromE0 & one &<< 3) & tops) {
                // From 90 on.
                let isAbove = isUpper | this &<< 3
                faults |= equals(one, 0xF0) & ~isAbove | equals(one, 0xF4) & isAbove
                // F5 to FF are no leads.
                faults |= fromF0 & (this &<< 4 | this &<< 5 & (this &<< 6 | this &<< 7))
            }
        }
        return faults & tops
    }

    /// Returns which bytes of the block are equal to `byte`.
    @inline(__always)
    private static func equals(_ block: Block, _ byte: UInt64) -> Block {
        let difference = block ^ Block(repeating: byte &* 0x0101_0101_0101_0101)
        return ~((difference & ~tops) &+ ~tops | difference)
    }
}
