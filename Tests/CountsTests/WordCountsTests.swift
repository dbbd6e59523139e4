import Counts
import Testing

struct WordCountsTests {
    private static let counts = WordCounts([
        .init(bytes: Array("word".utf8), tokens: 3, documents: 2), .init(bytes: [], tokens: 0, documents: 0),
        .init(bytes: [0, 0xFF], tokens: 1 << 45, documents: 1 << 40),
    ])

    @Test("unpacking returns the packed counts, even if there are none")
    func roundTrip() {
        for counts in [Self.counts, WordCounts()] { #expect(WordCounts(packed: counts.packed()) == counts) }
    }

    @Test("counts with too many tokens for a sum over shards read as nil, whether in one word or in several")
    func limits() {
        let word = WordCounts.Word(bytes: [97], tokens: 1 << 45, documents: 0)
        #expect(WordCounts(packed: WordCounts([word, word]).packed()) != nil)
        #expect(WordCounts(packed: WordCounts([word, word, word]).packed()) == nil)
        #expect(WordCounts(packed: WordCounts([.init(bytes: [97], tokens: .max, documents: 0)]).packed()) == nil)
    }

    @Test("a value with any bit changed, or truncated anywhere, reads as nil")
    func damage() {
        let packed = Self.counts.packed()
        for bit in 0..<packed.count * 8 {
            var damaged = packed
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(WordCounts(packed: damaged) == nil)
        }
        for length in 0..<packed.count { #expect(WordCounts(packed: Array(packed[..<length])) == nil) }
    }
}
