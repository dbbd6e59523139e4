/// XXH64, the 64-bit hash of the xxHash family (Yann Collet; specification: `xxhash_spec.md`, version 0.2.0).
///
/// The hash has three uses: it determines the block of a word, the digest of a corpus, and the checksum of a packed
/// value. It is the same on every machine, and can be checked with `zcat data.gz | xxhsum -H64`. It is not
/// cryptographic: it detects accidental changes, not deliberate ones.
package struct XXH64: Sendable {
    fileprivate static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    fileprivate static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    fileprivate static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    fileprivate static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    fileprivate static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private let seed: UInt64
    private var lanes: Lanes
    /// The bytes of an unfinished stripe of 32; `pendingCount` of them are in use.
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    package init(seed: UInt64 = 0) {
        self.seed = seed
        lanes = Lanes(seed: seed)
        pending.reserveCapacity(32)
    }

    /// Returns the hash of `bytes`. O(length).
    package static func hash(_ bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
        let stripes = bytes.byteCount / 32
        var hash: UInt64
        if stripes > 0 {
            var lanes = Lanes(seed: seed)
            for stripe in 0..<stripes { lanes.consume(bytes, at: stripe * 32) }
            hash = lanes.merged
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(bytes.byteCount)
        return finish(hash, bytes, from: stripes * 32)
    }

    /// Returns the hash of the bytes of `array`.
    package static func hash(_ array: [UInt8], seed: UInt64 = 0) -> UInt64 {
        hash(array.span.bytes, seed: seed)
    }

    /// Appends bytes. The digest depends only on the bytes, not on how they were split into updates.
    package mutating func update(_ bytes: RawSpan) {
        length &+= UInt64(bytes.byteCount)
        var offset = 0
        var next = lanes
        if !pending.isEmpty {
            while pending.count < 32, offset < bytes.byteCount {
                pending.append(Self.byte(bytes, offset))
                offset += 1
            }
            guard pending.count == 32 else { return }
            next.consume(pending.span.bytes, at: 0)
            lanes = next
            pending.removeAll(keepingCapacity: true)
        }
        while offset + 32 <= bytes.byteCount {
            next.consume(bytes, at: offset)
            offset += 32
        }
        lanes = next
        while offset < bytes.byteCount {
            pending.append(Self.byte(bytes, offset))
            offset += 1
        }
    }

    /// Returns the hash of all bytes appended so far. More bytes may be appended afterwards.
    package func digest() -> UInt64 {
        let hash = length >= 32 ? lanes.merged : seed &+ Self.prime5
        return Self.finish(hash &+ length, pending.span.bytes, from: 0)
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

    private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
        bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}

/// The four accumulators of a hash, each of which takes every fourth group of eight bytes. They are four numbers
/// instead of a vector, because a 64-bit product is one instruction, but a product of vectors takes ten on most
/// machines.
private struct Lanes: Sendable {
    private var first: UInt64
    private var second: UInt64
    private var third: UInt64
    private var fourth: UInt64

    init(seed: UInt64) {
        first = seed &+ XXH64.prime1 &+ XXH64.prime2
        second = seed &+ XXH64.prime2
        third = seed
        fourth = seed &- XXH64.prime1
    }

    /// Adds the 32 bytes from `offset`.
    @inline(__always)
    mutating func consume(_ bytes: RawSpan, at offset: Int) {
        first = round(first, word(bytes, offset))
        second = round(second, word(bytes, offset &+ 8))
        third = round(third, word(bytes, offset &+ 16))
        fourth = round(fourth, word(bytes, offset &+ 24))
    }

    var merged: UInt64 {
        var hash = rotate(first, 1) &+ rotate(second, 7) &+ rotate(third, 12) &+ rotate(fourth, 18)
        mix(first, into: &hash)
        mix(second, into: &hash)
        mix(third, into: &hash)
        mix(fourth, into: &hash)
        return hash
    }

    private func mix(_ lane: UInt64, into hash: inout UInt64) {
        hash = (hash ^ round(0, lane)) &* XXH64.prime1 &+ XXH64.prime4
    }
}

@inline(__always)
private func round(_ accumulator: UInt64, _ input: UInt64) -> UInt64 {
    rotate(accumulator &+ input &* XXH64.prime2, 31) &* XXH64.prime1
}

@inline(__always)
private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value &<< bits | value &>> (64 &- bits)
}

@inline(__always)
private func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
}
