import Hashing

/// A sink that builds a shard's part of the corpus; it keeps the documents of the shard's own slices.
struct ShardBuilder: DocumentSink {
    private var format = InputFormat.text
    private var hasNames = false
    private let plan: SlicePlan
    private let options: ReadingOptions
    private var lookup = WordLookup()
    private var slices: [SliceBuilder]
    private var names: [NameDraft]
    private var register = NameRegister()
    private var summary = CorpusSummary(format: .text)

    init(plan: SlicePlan, options: ReadingOptions) {
        self.plan = plan
        self.options = options
        slices = (0..<plan.cores).map { _ in SliceBuilder() }
        names = (0..<plan.cores).map { _ in NameDraft() }
    }

    mutating func begin(_ format: InputFormat, hasNames: Bool) {
        self.format = format
        self.hasNames = hasNames
    }

    func place(of index: Int) -> Int? {
        plan.core(ofLine: index).map { index / (plan.shards * plan.cores) * plan.cores + $0 }
    }

    mutating func name(_ head: borrowing DocumentHead, index: Int) {
        if !head.name.isEmpty { register.insert(XXH64.hash(head.name.span.bytes)) }
        if options.keepNames, let core = plan.core(ofLine: index) { names[core].append(head.name.span) }
    }

    mutating func append(
        _ document: borrowing ParsedDocument, in text: Span<UInt8>, index: Int
    ) throws(LineFault) {
        guard let core = plan.core(ofLine: index) else { return }
        try checkRoom(for: document, core: core)
        slices[core].append(document, in: text, index: index, by: &lookup)
    }

    mutating func skip(index: Int, because error: CorpusError) {
        guard let core = plan.core(ofLine: index) else { return }
        slices[core].append(ParsedDocument(limit: 0), in: Span(), index: index, by: &lookup)
        skipEntry(because: error)
    }

    mutating func skipEntry(because error: CorpusError) {
        summary.skippedLines += 1
        if summary.firstSkipped == nil { summary.firstSkipped = error }
    }

    var canStartOver: Bool { true }

    mutating func startOver() { self = ShardBuilder(plan: plan, options: options) }

    /// Counts the words of this shard's documents; `documents` is the number of documents in the corpus.
    mutating func frequencies(documents: Int) -> WordFrequencies {
        var counter = WordCounter()
        counter.grow(to: lookup.vocabulary.count)
        var before = 0
        for core in slices.indices {
            slices[core].count(by: &counter, after: before)
            before += slices[core].documentLines.count
        }
        return counter.frequencies(lookup.vocabulary, corpusDocuments: documents)
    }

    /// Removes this shard's words that `decision` does not keep. The decision must cover all of them.
    mutating func keep(_ decision: WordDecision) {
        let words = lookup.vocabulary
        let (kept, numbers) = words.keeping { word in
            decision.frequencies.words.index(of: words.word(word)).map { decision.isKept[$0] } ?? false
        }
        for core in slices.indices { slices[core].renumber(by: numbers) }
        lookup.vocabulary = kept
        summary.removals = decision.removals
    }

    /// Returns the shard's corpus, after all documents of the corpus have been read.
    consuming func finished(_ total: CorpusTotal, blocks: Int) throws(CorpusError) -> ShardCorpus {
        register.settle()
        summary.take(total, options)
        summary.duplicateNames = register.duplicates
        summary.documents = slices.reduce(0) { $0 + $1.documentLines.count }
        summary.emptyDocuments = slices.reduce(0) { $0 + $1.emptyDocuments }
        summary.tokens = tokens
        summary.words = lookup.vocabulary.count
        // A shard without words is an error only if no shard has words: if it is the only shard, or if all lines are
        // blank.
        let isCertainlyEmpty = !total.hasContent || (plan.shards == 1 && tokens == 0)
        if isCertainlyEmpty {
            // If no file of a folder is text, the first file says why.
            if let first = summary.firstSkipped, first.isNotText { throw first }
            throw .noTokens(lines: total.documents)
        }

        let documentNames = finishedNames()
        register = NameRegister()
        let (ordered, blockStarts, ranks) = lookup.vocabulary.grouped(into: blocks)
        lookup = WordLookup()
        let sorted = SliceSorting(of: slices, ranks: ranks)
        slices = []
        return ShardCorpus(
            vocabulary: ordered, blockStarts: blockStarts, slices: sorted.finished(), documentNames: documentNames,
            wordOrder: total.wordOrder, summary: summary)
    }

    private var tokens: Int { slices.reduce(0) { $0 + $1.tokens } }

    private func finishedNames() -> [DocumentNames] {
        guard options.keepNames else { return [] }
        return slices.indices.map { core in
            let order = slices[core].order
            let lines = order.map { slices[core].documentLines[$0] }
            guard hasNames else { return DocumentNames(lines: lines) }
            return names[core].finished(order: order, lines: lines) { register.isShared(XXH64.hash($0)) }
        }
    }

    /// Checks the limits for a document before anything is allocated for it.
    private func checkRoom(for document: borrowing ParsedDocument, core: Int) throws(LineFault) {
        guard slices[core].tokens + document.tokens <= Int(UInt32.max) else { throw .sliceFull }
        guard let limit = options.memoryLimit else { return }
        let needed = bytesNeeded + SliceBuilder.bytes(for: document, words: lookup.vocabulary.count)
        guard needed <= limit else { throw .aboveMemoryLimit(needed: needed) }
    }

    /// The peak memory of loading in bytes, if no more lines follow. O(cores).
    private var bytesNeeded: Int {
        var bytes = lookup.byteCount + register.byteCount
        for core in slices.indices {
            bytes +=
                slices[core].byteCount + lookup.vocabulary.count * SliceBuilder.bytesPerWord + names[core].byteCount
        }
        return bytes
    }
}
