import Files
import Conversion
import Counts
import Foundation
import Reporting
import TestSupport
import Testing

/// Damaged bytes end in a `ModelFileError` or in a model that keeps its laws. Some hundred tries here; for longer, give
/// seconds in DIST_LDA_FUZZ_SECONDS.
@Suite("Model files are bytes that nobody vouches for")
struct ModelFuzzTests {
    private let samples: [[UInt8]]
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        let tiny = TinyModel.random(seed: 8, topics: 5, words: 20, documents: 12)
        let dump = try DistLDADump(tiny.model, documents: tiny.model.words).write(to: folder.path)
        samples = [
            try TinyModel.contents(dump), try tiny.written(.state, names: ["state.gz"])["state.gz"]!,
        ]
    }

    @Test("Any change to a dump or a state", arguments: [0, 1])
    func mutations(sample: Int) throws {
        let seconds = ProcessInfo.processInfo.environment["DIST_LDA_FUZZ_SECONDS"].flatMap(Double.init)
        let end = ContinuousClock.now + .seconds(seconds ?? 0)
        var random = SplitMix(state: UInt64(sample) + (seconds == nil ? 0 : UInt64.random(in: .min ... .max)))
        var tries = 0
        while tries < 400 || (seconds != nil && ContinuousClock.now < end) {
            tries += 1
            let bytes = mutated(samples[sample], &random)
            let path = try folder.write(bytes, to: "fuzz")
            do {
                switch try ModelSource.read([path]) {
                case .dump(let dump): #expect(dump.model.topicTotals.reduce(0, +) == dump.model.words.rows.sum)
                case .state(let state):
                    #expect(state.words.rows.sum == state.tokens)
                    var tokens = 0
                    try state.visit(withTokens: true) { tokens += $0.tokenTopics.count }
                    #expect(tokens == state.tokens)
                }
            } catch is ModelFileError {}
        }
    }

    private func mutated(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        let pieces = [
            "\"", "\\", "{", "}", "\n", " ", "#", "-", "e", "99999999999999999999", "\0", "\\ud800", "0", ":",
        ]
        for _ in 0...Int(random.next() % 4) where !bytes.isEmpty {
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 5 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))].utf8, at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 200)))
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: 0)
            }
        }
        return bytes
    }
}
