/// Reads a corpus in one pass: every line is counted, hashed and checked for its name; those of the shard's own slices
/// are parsed too. What another shard owns it validates itself.
///
/// A line's way, called by `DocumentReader`: `ChunkReader` (decompression, digest), which on more than one core has a
/// thread of its own (`ReadAhead`); `LineReader`; a format's parser; `ShardBuilder` (`WordLookup`, `CellStore`); at the
/// end `SliceSorting`, on all cores.
///
/// Memory at most: 8 bytes a token, 12 a document, the vocabulary twice, the names if kept, and `NameRegister`. A token
/// that stands in a cell with others of its document (`word:count`) takes less.
package enum CorpusReader {
    /// Reads the files that `paths` name (see `InputFiles`), the part of `plan.thisShard`, for `blocks` blocks of
    /// words; nil: as many as suit it (`ShardCorpus.blocks(forBytes:cores:)`).
    package static func read(
        _ paths: [String], plan: SlicePlan, blocks: Int?, options: ReadingOptions = ReadingOptions()
    ) throws(CorpusError) -> ShardCorpus {
        try draft(paths, plan: plan, blocks: blocks, options: options).finished()
    }

    /// The same, for a shard that is to agree with others on the words that are kept.
    package static func draft(
        _ paths: [String], plan: SlicePlan, blocks: Int?, options: ReadingOptions = ReadingOptions()
    ) throws(CorpusError) -> CorpusDraft {
        precondition(blocks ?? 1 > 0, "words need a block")
        let input = try DocumentReader(paths, options: options, cores: plan.cores, shards: plan.shards)
        var builder = ShardBuilder(plan: plan, options: options)
        let total = try input.read(into: &builder)
        return CorpusDraft(
            builder, total, options: options, plan: plan,
            blocks: blocks ?? ShardCorpus.blocks(forBytes: total.bytes, cores: plan.cores))
    }
}
