import Hashing

/// Reads any input as a stream of documents, for code that converts or counts rather than samples.
///
/// Memory: the vocabulary so far and one document; for unsorted entries also the memory that `EntryDocuments` needs.
package enum DocumentStream {
    /// Reads the files that `paths` name (see `InputFiles`) from first to last, and calls `body` with every document
    /// and the words so far; documents refer to words by their numbers. Invariant: words are numbered in the order in
    /// which they first occur. `options.rules` are not applied, because they need the words of all documents. After the
    /// last document, `atEnd` is called with all words.
    /// - Returns: a summary of the input, in which all documents count as those of this shard.
    /// - Throws: `CorpusError`, or the error that `body` throws, which ends the reading.
    package static func read(
        _ paths: [String], options: ReadingOptions = ReadingOptions(),
        _ body: (_ document: StreamedDocument, _ words: Vocabulary) throws -> Void,
        atEnd: (_ words: Vocabulary) throws -> Void = { _ in }
    ) throws -> CorpusSummary {
        let input = try DocumentReader(paths, options: options)
        return try withoutActuallyEscaping(body) { body in
            var sink = StreamSink(options, body)
            let total: CorpusTotal
            do { total = try input.read(into: &sink) } catch { throw sink.failure ?? error }
            if let failure = sink.failure { throw failure }
            let summary = sink.finished(total)
            try atEnd(sink.vocabulary)
            return summary
        }
    }
}

/// A document of a stream.
package struct StreamedDocument: Sendable, Equatable {
    /// The document's row, from 0.
    package fileprivate(set) var index = 0
    /// The document's name; empty if it has none. Names need not be unique.
    package fileprivate(set) var name: [UInt8] = []
    /// The label in MALLET and SVMlight, or the folder of a file; empty if there is none.
    package fileprivate(set) var label: [UInt8] = []
    /// The numbers of the words; `counts` has their counts. For running text, words come in the order of the text with
    /// a count of 1 each, so a word may occur many times. In formats with counts a word may also occur several times;
    /// its counts then add up.
    package fileprivate(set) var words: [UInt32] = []
    package fileprivate(set) var counts: [UInt32] = []
    /// The sum of the counts.
    package fileprivate(set) var tokens = 0
    /// Whether the document could not be read and for that reason has no words.
    package fileprivate(set) var isSkipped = false
}

/// A sink that numbers words and passes documents to a closure.
private struct StreamSink: DocumentSink {
    private let options: ReadingOptions
    private let body: (StreamedDocument, Vocabulary) throws -> Void
    private var lookup = WordLookup()
    private var document = StreamedDocument()
    private var summary = CorpusSummary(format: .text)
    private var register = NameRegister()
    var vocabulary: Vocabulary { lookup.vocabulary }
    /// The error that `body` threw.
    private(set) var failure: (any Error)?

    init(_ options: ReadingOptions, _ body: @escaping (StreamedDocument, Vocabulary) throws -> Void) {
        self.options = options
        self.body = body
    }

    mutating func begin(_ format: InputFormat, hasNames: Bool) {}

    func place(of index: Int) -> Int? { index }

    mutating func name(_ head: borrowing DocumentHead, index: Int) {
        document.name.removeAll(keepingCapacity: true)
        document.name += head.name
        document.label.removeAll(keepingCapacity: true)
        document.label += head.label
        if !head.name.isEmpty { register.insert(XXH64.hash(head.name.span.bytes)) }
    }

    mutating func append(
        _ parsed: borrowing ParsedDocument, in text: Span<UInt8>, index: Int
    ) throws(LineFault) {
        try hand(parsed, in: text, index: index, isSkipped: false)
    }

    mutating func skip(index: Int, because error: CorpusError) {
        skipEntry(because: error)
        // A failure of `body` is reported at the next document, or at the end.
        do { try hand(ParsedDocument(limit: 0), in: Span(), index: index, isSkipped: true) } catch {}
    }

    mutating func skipEntry(because error: CorpusError) {
        summary.skippedLines += 1
        if summary.firstSkipped == nil { summary.firstSkipped = error }
    }

    var canStartOver: Bool { false }
    mutating func startOver() {}

    private mutating func hand(
        _ parsed: borrowing ParsedDocument, in text: Span<UInt8>, index: Int, isSkipped: Bool
    ) throws(LineFault) {
        if failure != nil { throw .stopped }
        document.index = index
        document.words.removeAll(keepingCapacity: true)
        document.counts.removeAll(keepingCapacity: true)
        document.tokens = parsed.tokens
        document.isSkipped = isSkipped
        let cells = parsed.cells.span
        var first = 0
        while first < cells.count {
            let batch = cells.extracting(first..<min(first + WordLookup.batch, cells.count))
            lookup.find(batch, in: text)
            for cell in batch.indices {
                document.words.append(lookup.words[cell])
                document.counts.append(batch[cell].count)
            }
            first += WordLookup.batch
        }
        summary.documents += 1
        summary.tokens += parsed.tokens
        if parsed.tokens == 0 { summary.emptyDocuments += 1 }
        do { try body(document, lookup.vocabulary) } catch {
            failure = error
            throw .stopped
        }
    }

    mutating func finished(_ total: CorpusTotal) -> CorpusSummary {
        register.settle()
        summary.take(total, options)
        summary.duplicateNames = register.duplicates
        summary.words = lookup.vocabulary.count
        return summary
    }
}
