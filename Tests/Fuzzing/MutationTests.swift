import TestSupport
import Testing

/// Damaged samples through every parser, some dozen of each; `bin/fuzz` tries for as long as you like.
@Suite("bytes that nobody vouches for")
struct MutationTests {
    private static let rounds = 60

    @Test("end with a value that keeps its laws, or with a sentence", arguments: Parser.all)
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

    /// Bytes changed, inserted, doubled and taken out; sometimes all of them random.
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
