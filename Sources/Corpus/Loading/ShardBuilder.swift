import Hashing

/// A shard's part of the corpus while it is read: given every line, it keeps the documents of its own slices.
///
/// A line that cannot be taken in leaves its name and nothing else, so the caller can refuse the corpus or `skip` it.
struct ShardBuilder {
    /// nil until the first line that holds anything.
    var format: InputFormat?

    private let plan: SlicePlan
    private let options: ReadingOptions
    private var lookup = WordLookup()
    private var slices: [SliceBuilder]
    private var names: [NameDraft]
    private var register = NameRegister()
    private var parsed: ParsedDocument
    private var summary = CorpusSummary(format: .text)

    init(plan: SlicePlan, options: ReadingOptions) {
        self.plan = plan
        self.options = options
        format = options.format
        slices = (0..<plan.cores).map { _ in SliceBuilder() }
        names = (0..<plan.cores).map { _ in NameDraft() }
        parsed = ParsedDocument(limit: min(options.maxDocumentTokens, Int(UInt32.max)))
    }

    /// Takes in the line that has number `index` in the corpus.
    mutating func append(_ line: Span<UInt8>, index: Int) throws(LineFault) {
        let core = plan.core(ofLine: index)
        registerName(of: line, core: core)
        guard let core else { return }
        parsed.removeAll()
        if options.strictUTF8 { try checkUTF8(line) }
        switch format {
        case .distLDA: try DistLDAFormat.parse(line, into: &parsed)
        case .text: try TextFormat.parse(line, into: &parsed)
        case nil: break
        }
        try checkRoom(core: core)
        slices[core].append(parsed, in: line, index: index, by: &lookup)
        if parsed.tokens == 0 { summary.emptyDocuments += 1 }
    }

    /// Gives the line that could not be taken in a document without tokens.
    mutating func skip(index: Int, because error: CorpusError) {
        guard let core = plan.core(ofLine: index) else { return }
        parsed.removeAll()
        slices[core].append(parsed, in: Span(), index: index, by: &lookup)
        summary.emptyDocuments += 1
        summary.skippedLines += 1
        if summary.firstSkipped == nil { summary.firstSkipped = error }
    }

    /// The shard's corpus, when all lines of the corpus have passed.
    consuming func finished(_ total: CorpusTotal, blocks: Int) throws(CorpusError) -> ShardCorpus {
        register.settle()
        summary.format = format ?? .text
        summary.digest = total.digest
        summary.bytes = total.bytes
        summary.lines = total.lines
        summary.duplicateNames = register.duplicates
        summary.documents = slices.reduce(0) { $0 + $1.documentLines.count }
        summary.tokens = tokens
        summary.words = lookup.vocabulary.count
        // Other shards may hold the words that this one lacks; if it is alone, or no line holds anything, nobody does.
        let isCertainlyEmpty = !total.hasContent || (plan.shards == 1 && tokens == 0)
        if isCertainlyEmpty { throw .noTokens(lines: total.lines) }

        let documentNames = finishedNames()
        register = NameRegister()
        let (ordered, blockStarts, ranks) = lookup.vocabulary.grouped(into: blocks)
        lookup = WordLookup()
        let sorted = SliceSorting(of: slices, ranks: ranks)
        slices = []
        return ShardCorpus(
            vocabulary: ordered, blockStarts: blockStarts, slices: sorted.finished(), documentNames: documentNames,
            summary: summary)
    }

    private var tokens: Int { slices.reduce(0) { $0 + $1.tokens } }

    private mutating func registerName(of line: Span<UInt8>, core: Int?) {
        guard format == .distLDA else {
            // A blank line before the format is known has no name either way.
            if format == nil, let core, options.keepNames { names[core].append(Span()) }
            return
        }
        let name = line.extracting(DistLDAFormat.name(of: line))
        if !name.isEmpty { register.insert(XXH64.hash(name.bytes)) }
        if let core, options.keepNames { names[core].append(name) }
    }

    private func finishedNames() -> [DocumentNames] {
        guard options.keepNames else { return [] }
        return slices.indices.map { core in
            let order = slices[core].order
            let lines = order.map { slices[core].documentLines[$0] }
            guard format == .distLDA else { return DocumentNames(lines: lines) }
            return names[core].finished(order: order, lines: lines) { register.isShared(XXH64.hash($0)) }
        }
    }

    private func checkUTF8(_ line: Span<UInt8>) throws(LineFault) {
        do { _ = try UTF8Span(validating: line) } catch { throw .notUTF8(at: error.byteOffsets.lowerBound) }
    }

    /// Refuses a document before anything is allocated for it.
    private func checkRoom(core: Int) throws(LineFault) {
        guard slices[core].tokens + parsed.tokens <= Int(UInt32.max) else { throw .sliceFull }
        guard let limit = options.memoryLimit else { return }
        let needed = bytesNeeded + SliceBuilder.bytes(for: parsed, words: lookup.vocabulary.count)
        guard needed <= limit else { throw .aboveMemoryLimit(needed: needed) }
    }

    /// What loading holds at its most, if no line follows. O(cores).
    private var bytesNeeded: Int {
        var bytes = lookup.byteCount + register.byteCount
        for core in slices.indices {
            bytes +=
                slices[core].byteCount + lookup.vocabulary.count * SliceBuilder.bytesPerWord + names[core].byteCount
        }
        return bytes
    }
}
