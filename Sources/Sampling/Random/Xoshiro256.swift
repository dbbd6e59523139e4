/// xoshiro256++ 1.0 (Blackman, Vigna 2019), seeded with SplitMix64 as its authors recommend. It is used for every draw.
/// Its output is specified bit by bit, so that a seed gives the same numbers on every machine.
package struct Xoshiro256: RandomNumberGenerator, Sendable, Equatable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    package init(state: (UInt64, UInt64, UInt64, UInt64)) {
        (s0, s1, s2, s3) = state
    }

    /// The complete state; `init(state:)` continues from it.
    package var state: (UInt64, UInt64, UInt64, UInt64) { (s0, s1, s2, s3) }

    /// Creates the generator of stream `stream` of a run with seed `seed`. The state is four outputs of SplitMix64
    /// started at mix(seed) xor stream, so that different streams of a seed, and the same stream of different seeds,
    /// are unrelated.
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

    /// Draws a number that is uniform in [0, 1) and a multiple of 2^-53.
    @inline(__always)
    package mutating func nextDouble() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Draws a number that is uniform in 0..<bound, as the high half of the product of two 64-bit numbers. The bias is
    /// below bound / 2^64.
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

    /// The finaliser: a bijection in which every input bit changes half of the output bits on average.
    package static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
