package import Corpus
import Counts
import Files
import Hashing
package import Sampling

/// Where a shard keeps its checkpoint, `FOLDER/shard-N.checkpoint`: one, whose place the next takes when it is whole and on the
/// disk (`AtomicFile`).
///
/// The file: a line of JSON (`CheckpointHeader`) and its XXH64; then for each core three sections, its generator, the topics
/// of its tokens, the lists of its documents (`PackedSlice`). A section is its length, its bytes, their XXH64. Numbers
/// have 8 bytes, low ones first.
package struct CheckpointFile: Sendable {
    package let path: String

    package init(folder: String, shard: Int) {
        path = "\(folder)/shard-\(shard).checkpoint"
    }

    /// What is there for a shard with the header `given` and these slices; nil if nothing is.
    package func read(
        _ given: CheckpointHeader, _ slices: [CorpusSlice]
    ) async throws(CheckpointError) -> Checkpoint? {
        guard let reader = try CheckpointReader(path: path) else { return nil }
        let header = reader.header
        let differences = header.differences(from: given)
        guard differences.isEmpty else { throw .mismatch(path: path, differences: differences) }
        return Checkpoint(
            header: header, states: try await reader.states(of: slices, topics: header.manifest.topics))
    }

    /// The process that wrote what is there; nil if nothing is that can be read.
    func generation() -> Generation? {
        do throws(CheckpointError) {
            guard let reader = try CheckpointReader(path: path) else { return nil }
            return reader.header.generation
        } catch { return nil }
    }

    /// Replaces what is there. Throws `FileError`, which leaves that as it is, and `CountStoreError.superseded` if a later
    /// process wrote it.
    package func write(_ header: CheckpointHeader, _ slices: [PackedSlice]) throws {
        let file = try AtomicFile(path: path)
        let line = try header.line()
        try file.write(line + Self.bytes(XXH64.hash(line)))
        for slice in slices {
            for section in [slice.generator.flatMap(Self.bytes), slice.assignments, slice.lists] {
                try file.write(Self.bytes(UInt64(section.count)))
                try file.write(section)
                try file.write(Self.bytes(XXH64.hash(section)))
            }
        }
        if let generation = generation(), generation > header.generation {
            throw CountStoreError.superseded(shard: header.shard)
        }
        try file.commit()
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
}

/// What a shard goes on from.
package struct Checkpoint: Sendable {
    package let header: CheckpointHeader
    /// One for each core.
    package let states: [SliceState]
}
