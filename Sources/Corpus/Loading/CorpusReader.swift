/// Reads a corpus in one pass. Every line is counted and hashed, and its name is registered; only the lines of the
/// shard's own slices are parsed. The lines of other shards are validated by those shards.
///
/// `DocumentReader` passes a line through these stages: `TextSource` (decompression, encoding) and `ChunkReader`
/// (lines, digest), which have a separate thread if the shard has more than one core (`ReadAhead`); `LineReader`; the
/// parser of a format; `ShardBuilder` (`WordLookup`, `CellStore`). At the end, `SliceSorting` sorts the slices on all
/// cores.
///
/// Memory at most: 8 bytes per token, 12 per document, the vocabulary twice, the names if they are kept, and
/// `NameRegister`. Tokens that share a cell (`word:count`) take less.
package enum CorpusReader {
    /// Reads the part of `plan.thisShard` from the files that `paths` name (see `InputFiles`), with words in `blocks`
    /// blocks; nil: the number that `ShardCorpus.blocks(forBytes:cores:)` returns.
    package static func read(
        _ paths: [String], plan: SlicePlan, blocks: Int?, options: ReadingOptions = ReadingOptions()
    ) throws(CorpusError) -> ShardCorpus {
        try draft(paths, plan: plan, blocks: blocks, options: options).finished()
    }

    /// Reads the same part, for a shard that must agree with others on the words that are kept.
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
