import Corpus
import Counts
import Hashing
import Sampling
import TestSupport
import Training

/// Parsers of checkpoints: a line and three sections, whose lengths and checksums are made valid.
extension Parser {
    static let checkpoints = [
        Parser(
            name: "checkpoint", words: ["\"checkpoint\":1", "\"sweep\":", "\"run_id\":", "\"seed\":"],
            samples: { folder in
                let file = CheckpointFile(folder: folder.path, shard: 0)
                try file.write(header, [SliceState(slice, topics: topics, seed: 1, stream: 0).packed()])
                let bytes = try folder.contents(of: "shard-0.checkpoint")
                let line = bytes[...bytes.firstIndex(of: UInt8(ascii: "\n"))!]
                var (sections, place) = ([[UInt8]](), line.count + 8)
                while place < bytes.count {
                    let length = Int(bytes[place]) | Int(bytes[place + 1]) << 8
                    sections.append(Array(bytes[place + 8..<place + 8 + length]))
                    place += length + 16
                }
                let parts = [Array(line.dropLast())] + sections
                return [[0] + parts.flatMap { [UInt8($0.count & 255), UInt8($0.count >> 8)] + $0 }, [1] + bytes]
            },
            read: { bytes, folder in
                var choices = Choices(bytes)
                let isSealed = choices.byte() & 1 == 0
                try folder.write(
                    isSealed ? sealed(checkpoint: &choices) : Array(choices.rest), to: "shard-0.checkpoint")
                let file = CheckpointFile(folder: folder.path, shard: 0)
                let checkpoint: Checkpoint?
                do { checkpoint = try await file.read(header, [slice]) } catch {
                    return try checkRefusal(error, is: CheckpointError.self)
                }
                guard let states = checkpoint?.states else { return }
                try require(
                    states[0].documents.rows().rowSums == slice.documentLengths.map(Int.init),
                    "documents do not have their numbers of tokens")
                let again = SliceState.packed(states[0])()
                let restored = try SliceState(slice, topics: topics, packed: again)
                try require(restored.packed() == again, "the state changes when it is packed again")
            })
    ]

    private static let topics = 300
    private static let slice = TinyCorpus.slice(Array(TinyCorpus.twoThemes[..<4]), words: 12)
    private static let header = CheckpointHeader(
        run: "r",
        manifest: RunManifest(
            id: .max, document: "d", topics: topics, alpha: 0.1, beta: 0.01, seed: .max, blocks: 16, shards: 1,
            cores: 1, corpusDigest: 1, documents: 4, reading: ""),
        shard: 0, slices: 9, sweep: 41, generation: Generation(1 << 53))

    private static func sealed(checkpoint choices: inout Choices) -> [UInt8] {
        func number(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) } }
        func part() -> [UInt8] {
            let length = choices.byte() | choices.byte() << 8
            return (0..<min(length, choices.rest.count)).map { _ in UInt8(choices.byte()) }
        }
        let line = part() + [UInt8(ascii: "\n")]
        var bytes = line + number(XXH64.hash(line))
        for _ in 0..<3 {
            let section = part()
            bytes += number(UInt64(section.count)) + section + number(XXH64.hash(section))
        }
        return bytes
    }
}
