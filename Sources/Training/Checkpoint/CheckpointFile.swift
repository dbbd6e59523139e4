package import Corpus
import Counts
import Files
import Hashing
package import Sampling

/// The checkpoint file of a shard, `FOLDER/shard-N.checkpoint`. A new checkpoint replaces it only when it is complete
/// and on the disk (`AtomicFile`).
///
/// The file consists of a line of JSON (`CheckpointHeader`) and its XXH64, followed by three sections for each core:
/// its generator, the topics of its tokens, and the lists of its documents (`PackedSlice`). A section consists of its
/// length, its bytes, and the XXH64 of these bytes. Numbers have 8 bytes, the low ones first.
package struct CheckpointFile: Sendable {
    package let path: String

    package init(folder: String, shard: Int) {
        path = "\(folder)/shard-\(shard).checkpoint"
    }

    /// Reads the checkpoint for a shard with the header `given` and these slices; nil if there is none.
    package func read(
        _ given: CheckpointHeader, _ slices: [CorpusSlice]
    ) async throws(CheckpointError) -> Checkpoint? {
        guard let reader = try CheckpointReader(path: path) else { return nil }
        let header = reader.header
        let differences = header.differences(from: given)
        guard differences.isEmpty else { throw .mismatch(path: path, differences: differences) }
        return Checkpoint(
            header: header, states: try await reader.states(of: slices, topics: header.manifest.columns))
    }

    /// Returns the generation of the process that wrote the existing checkpoint; nil if there is none that can be read.
    func generation() -> Generation? {
        do throws(CheckpointError) {
            guard let reader = try CheckpointReader(path: path) else { return nil }
            return reader.header.generation
        } catch { return nil }
    }

    /// Replaces the checkpoint. Throws `FileError`, or `CountStoreError.superseded` if a later process wrote the
    /// existing checkpoint; in both cases the existing checkpoint is unchanged.
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

/// The contents of a checkpoint, from which a shard continues.
package struct Checkpoint: Sendable {
    package let header: CheckpointHeader
    /// The states of the slices, one for each core.
    package let states: [SliceState]
}
