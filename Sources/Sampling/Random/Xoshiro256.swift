/// xoshiro256++ 1.0 (Blackman, Vigna 2019), seeded by SplitMix64 as its authors advise: the generator of every draw.
/// Specified to the bit, so that a seed means the same on every machine.
package struct Xoshiro256: RandomNumberGenerator, Sendable, Equatable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    package init(state: (UInt64, UInt64, UInt64, UInt64)) {
        (s0, s1, s2, s3) = state
    }

    /// All of it: `init(state:)` goes on from here.
    package var state: (UInt64, UInt64, UInt64, UInt64) { (s0, s1, s2, s3) }

    /// The generator of stream `stream` of a run with seed `seed`: the state is four outputs of SplitMix64 started at
    /// mix(seed) xor stream, so that streams of one seed and seeds of one stream are unrelated.
    package init(seed: UInt64, stream: UInt64) {
        var start = SplitMix64(seed: SplitMix64.mix(seed &+ SplitMix64.increment) ^ stream)
        self.init(state: (start.next(), start.next(), start.next(), start.next()))
    }

    @inline(__always)
    package mutating func next() -> UInt64 {
        let sum = s0 &+ s3
        let result = (sum << 23 | sum >> 41) &+ s0
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = s3 << 45 | s3 >> 19
        return result
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    @inline(__always)
    package mutating func nextDouble() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Uniform in 0..<bound, by the high half of a 64-bit product; the bias is below bound / 2^64.
    @inline(__always)
    package mutating func next(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// The finaliser: a bijection in which every bit of the input changes half of the output's.
    package static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
