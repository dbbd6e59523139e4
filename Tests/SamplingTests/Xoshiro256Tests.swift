import Sampling
import Testing

@Suite("The random number generator")
struct Xoshiro256Tests {
    @Test("is xoshiro256++: gives the published first outputs for state 1, 2, 3, 4")
    func vectors() {
        var random = Xoshiro256(state: (1, 2, 3, 4))
        let outputs = (0..<6).map { _ in random.next() }
        #expect(
            outputs == [
                41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205,
                9_973_669_472_204_895_162,
            ])
    }

    @Test("is seeded with SplitMix64, which gives the published outputs for seed 1234567")
    func seeding() {
        var random = SplitMix64(seed: 1_234_567)
        let outputs = (0..<3).map { _ in random.next() }
        #expect(outputs == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test("has different streams")
    func streams() {
        var first = Set<UInt64>()
        for seed in 0..<30 as Range<UInt64> {
            for stream in 0..<30 as Range<UInt64> {
                var random = Xoshiro256(seed: seed, stream: stream)
                first.insert(random.next())
            }
        }
        #expect(first.count == 900)
    }

    @Test("draws uniformly and within its bounds")
    func ranges() {
        var random = Xoshiro256(seed: 1, stream: 0)
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<100_000 {
            counts[random.next(below: 10)] += 1
            #expect((0..<1).contains(random.nextDouble()))
        }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    }
}
