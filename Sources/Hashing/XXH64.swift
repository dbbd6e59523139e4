/// XXH64, the 64-bit hash of the xxHash family (Yann Collet; specification: `xxhash_spec.md`, version 0.2.0).
///
/// One hash serves three uses: the block a word belongs to, the digest of a corpus, the checksum of a packed value.
/// It is the same on every machine, and anyone can check it: `zcat data.gz | xxhsum -H64`.
/// Not cryptographic: it finds accidents, not forgeries.
package struct XXH64: Sendable {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private let seed: UInt64
    private var lanes: SIMD4<UInt64>
    /// The bytes of an unfinished stripe of 32; `pendingCount` of them are in use.
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    package init(seed: UInt64 = 0) {
        self.seed = seed
        lanes = Self.start(seed)
        pending.reserveCapacity(32)
    }

    /// The hash of `bytes` alone. O(length).
    package static func hash(_ bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
        let stripes = bytes.byteCount / 32
        var hash: UInt64
        if stripes > 0 {
            var lanes = start(seed)
            for stripe in 0..<stripes { consume(bytes, at: stripe * 32, into: &lanes) }
            hash = merge(lanes)
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(bytes.byteCount)
        return finish(hash, bytes, from: stripes * 32)
    }

    /// The hash of the bytes of `array`.
    package static func hash(_ array: [UInt8], seed: UInt64 = 0) -> UInt64 {
        hash(array.span.bytes, seed: seed)
    }

    /// Appends bytes: the digest depends on the bytes alone, not on how they were cut into updates.
    package mutating func update(_ bytes: RawSpan) {
        length &+= UInt64(bytes.byteCount)
        var offset = 0
        if !pending.isEmpty {
            while pending.count < 32, offset < bytes.byteCount {
                pending.append(Self.byte(bytes, offset))
                offset += 1
            }
            guard pending.count == 32 else { return }
            var next = lanes
            Self.consume(pending.span.bytes, at: 0, into: &next)
            lanes = next
            pending.removeAll(keepingCapacity: true)
        }
        while offset + 32 <= bytes.byteCount {
            Self.consume(bytes, at: offset, into: &lanes)
            offset += 32
        }
        while offset < bytes.byteCount {
            pending.append(Self.byte(bytes, offset))
            offset += 1
        }
    }

    /// The hash of all bytes given so far; more may follow.
    package func digest() -> UInt64 {
        let hash = length >= 32 ? Self.merge(lanes) : seed &+ Self.prime5
        return Self.finish(hash &+ length, pending.span.bytes, from: 0)
    }

    private static func start(_ seed: UInt64) -> SIMD4<UInt64> {
        SIMD4(seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
    }

    private static func consume(_ bytes: RawSpan, at offset: Int, into lanes: inout SIMD4<UInt64>) {
        for lane in 0..<4 {
            lanes[lane] = round(lanes[lane], word(bytes, offset + lane * 8))
        }
    }

    private static func round(_ accumulator: UInt64, _ input: UInt64) -> UInt64 {
        rotate(accumulator &+ input &* prime2, 31) &* prime1
    }

    private static func merge(_ lanes: SIMD4<UInt64>) -> UInt64 {
        var hash = rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
        for lane in 0..<4 {
            hash = (hash ^ round(0, lanes[lane])) &* prime1 &+ prime4
        }
        return hash
    }

    private static func finish(_ start: UInt64, _ bytes: RawSpan, from first: Int) -> UInt64 {
        var hash = start
        var offset = first
        while offset + 8 <= bytes.byteCount {
            hash = rotate(hash ^ round(0, word(bytes, offset)), 27) &* prime1 &+ prime4
            offset += 8
        }
        if offset + 4 <= bytes.byteCount {
            let half = UInt64(UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            hash = rotate(hash ^ (half &* prime1), 23) &* prime2 &+ prime3
            offset += 4
        }
        while offset < bytes.byteCount {
            hash = rotate(hash ^ (UInt64(byte(bytes, offset)) &* prime5), 11) &* prime1
            offset += 1
        }
        hash = (hash ^ (hash >> 33)) &* prime2
        hash = (hash ^ (hash >> 29)) &* prime3
        return hash ^ (hash >> 32)
    }

    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
        bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 &- bits)
    }
}
