import TestSupport
import Testing

/// Runs every parser on some dozens of mutated samples. `bin/fuzz` does so for as long as requested.
@Suite("Parsers of untrusted bytes")
struct MutationTests {
    private static let rounds = 60

    @Test("return a valid value or an error of one line for mutated samples", arguments: Parser.all)
    func mutations(_ parser: Parser) async throws {
        let folder = try TemporaryDirectory()
        let samples = try parser.samples(folder)
        for sample in samples { try await parser.read(sample, folder) }
        for seed in 0..<Self.rounds {
            var random = SeededGenerator(seed: UInt64(seed))
            let bytes = Self.damaged(samples.randomElement(using: &random)!, parser.words, &random)
            do { try await parser.read(bytes, folder) } catch { Issue.record("seed \(seed): \(error)") }
        }
    }

    /// Returns a mutated sample: bytes are changed, inserted, repeated and removed; sometimes all bytes are random.
    private static func damaged(_ whole: [UInt8], _ words: [String], _ random: inout SeededGenerator) -> [UInt8] {
        let special: [UInt8] = Array("\n\r\t :,\"\\{}[]%#0123456789-.eu\0".utf8) + [0xC3, 0xED, 0xF0, 0xFF]
        if random.chance(0.05) {
            return (0..<Int.random(in: 0..<3_000, using: &random)).map { _ in
                random.chance(0.5) ? special.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
            }
        }
        var bytes = whole
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.insert(special.randomElement(using: &random)!, at: start)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3: if start < bytes.count { bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
            case 4: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: start)
            default: bytes.removeSubrange(start...)
            }
        }
        return bytes
    }
}
