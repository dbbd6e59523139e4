/// Reads a corpus in one pass: every line is counted, hashed and checked for its name; those of the shard's own slices
/// are parsed too. What another shard owns it validates itself.
///
/// A line's way: `ChunkReader` (decompression, digest), which on more than one core has a thread of its own (`ReadAhead`);
/// `LineReader`; `ShardBuilder` (a format's parser, `WordLookup`, `CellStore`); at the end `SliceSorting`, on all cores.
///
/// Memory at most: 8 bytes a token, 12 a document, the vocabulary twice, the names if kept, and `NameRegister`. A token
/// that stands in a cell with others of its document (`word:count`) takes less.
package enum CorpusReader {
    /// Reads the files that `paths` name (see `InputFiles`), the part of `plan.thisShard`, for `blocks` blocks of words;
    /// nil: as many as suit it (`ShardCorpus.blocks(forBytes:cores:)`).
    package static func read(
        _ paths: [String], plan: SlicePlan, blocks: Int?, options: ReadingOptions = ReadingOptions()
    ) throws(CorpusError) -> ShardCorpus {
        precondition(blocks ?? 1 > 0, "words need a block")
        let files = try InputFiles.expand(paths)
        let maxLine = min(options.maxLine, Int(UInt32.max) - 1)
        let chunkSize = options.chunkSize
        if options.readsAhead ?? (plan.cores > 1) {
            let source = ReadAhead(files: files, maxLine: maxLine, chunkSize: chunkSize)
            return try read(LineReader(files: files, maxLine: maxLine, source: source), plan, blocks, options)
        }
        let source = ChunkReader(files: files, maxLine: maxLine, chunkSize: chunkSize)
        return try read(LineReader(files: files, maxLine: maxLine, source: source), plan, blocks, options)
    }

    private static func read<Source: ChunkSource & ~Copyable>(
        _ lines: consuming LineReader<Source>, _ plan: SlicePlan, _ blocks: Int?, _ options: ReadingOptions
    ) throws(CorpusError) -> ShardCorpus {
        var reader = lines
        var builder = ShardBuilder(plan: plan, options: options)
        while let line = try reader.next() {
            if builder.format == nil, reader.hasContent {
                let sample = reader.sample(from: line, size: FormatDetection.sampleSize)
                builder.format = FormatDetection.format(of: sample.span)
            }
            let bytes = reader.chunk.text.span.extracting(line.range)
            do {
                try builder.append(bytes, index: line.index)
            } catch {
                let place = Place(file: reader.file, line: line.number, plan: plan, options: options)
                let refusal = place.refusal(error, of: bytes)
                guard options.skipBadLines, error.isBadLine else { throw refusal }
                builder.skip(index: line.index, because: refusal)
            }
        }
        let total = reader.total()
        return try builder.finished(
            total, blocks: blocks ?? ShardCorpus.blocks(forBytes: total.bytes, cores: plan.cores))
    }

    /// Where a line is and under which rules it is read: what a fault needs to be told to a person.
    private struct Place {
        let file: String
        let line: Int
        let plan: SlicePlan
        let options: ReadingOptions

        func refusal(_ fault: LineFault, of bytes: Span<UInt8>) -> CorpusError {
            switch fault {
            case .badCell(let cell, let cellFault):
                .badCell(
                    file: file, line: line, column: cell.lowerBound + 1, text: Excerpt(cell.map { bytes[$0] }),
                    fault: cellFault)
            case .notUTF8(let position): .notUTF8(file: file, line: line, column: position + 1)
            case .documentTooLong(let tokens):
                .documentTooLong(file: file, line: line, tokens: tokens, limit: options.maxDocumentTokens)
            case .sliceFull:
                .tooManyTokens(file: file, line: line, limit: Int(UInt32.max), shards: plan.shards)
            case .aboveMemoryLimit(let needed):
                .aboveMemoryLimit(
                    file: file, line: line, needed: needed, limit: options.memoryLimit ?? 0, shards: plan.shards)
            }
        }
    }
}
