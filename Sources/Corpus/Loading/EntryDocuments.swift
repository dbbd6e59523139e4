/// Reads documents whose cells are entries, one per line.
///
/// As long as entries come in the order of their documents, each document is passed on when the next one begins, and
/// only one document is in memory. Otherwise (a transposed or unsorted file) the files are read two more times: first
/// to count the entries of each wanted document, then to store them grouped by document. This takes 8 bytes per wanted
/// entry and 12 per wanted document until the documents have been passed on. Unsorted input that cannot be read again,
/// such as a pipe, is refused.
struct EntryDocuments<Format: EntryFormat> {
    private let input: DocumentReader
    private let words: NumberedWords?
    private var list: WordTable? { words?.table }
    /// The names of the documents of each file; empty if no file has names.
    private let names: [WordTable?]
    /// The number of the first document, and of the first word, in the files.
    private let base: Int
    private var document: ParsedDocument
    /// Whether the files are known to have as many entries as their headers say.
    private var isVerified = false

    init(_ input: DocumentReader, _ total: inout CorpusTotal) throws(CorpusError) {
        self.input = input
        words = try input.numberedWords(&total)
        let names = total.format == .matrixMarket ? try input.documentNames(&total) : []
        self.names = names.contains { $0 != nil } ? names : []
        base = input.options.indexBase ?? Format.base
        document = ParsedDocument(limit: input.options.maxDocumentTokens)
    }

    mutating func read<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ rest: DocumentReader.Rest, of reader: inout LineReader<Source>, into sink: inout Sink,
        _ total: inout CorpusTotal
    ) throws(CorpusError) {
        let place = total.findings.count
        try readDocuments(rest, of: &reader, into: &sink, &total)
        if let rows = total.matrixRows { total.findings.insert(Finding("rows", rows.rawValue), at: place) }
    }

    private mutating func readDocuments<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ rest: DocumentReader.Rest, of reader: inout LineReader<Source>, into sink: inout Sink,
        _ total: inout CorpusTotal
    ) throws(CorpusError) {
        sink.begin(total.format, hasNames: !names.isEmpty)
        guard sink.canStartOver || !input.canReadAgain else {
            return try readCounted(rest, of: &reader, into: &sink, &total)
        }
        var pending = walk()
        do {
            total.documents = try passOn(rest.line, of: &reader, by: &pending, into: &sink)
            total.matrixRows = pending.rows
        } catch {
            guard case .unsorted = error, sink.canStartOver, input.canReadAgain else { throw error }
            sink.startOver()
            sink.begin(total.format, hasNames: !names.isEmpty)
            // The digest is that of all lines, so the remaining lines have to be read.
            while try reader.next() != nil {}
            var counted = input.lineReader()
            let counts = try count(try counted.next(), of: &counted, into: &sink)
            try fill(counts, into: &sink, &total)
        }
    }

    private func walk(reportsSkipped: Bool = true) -> EntryWalk<Format> {
        EntryWalk(input, words, names: names, reportsSkipped: reportsSkipped)
    }

    /// Reads into a sink that cannot start over: determines first whether the entries are sorted.
    private mutating func readCounted<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ rest: DocumentReader.Rest, of reader: inout LineReader<Source>, into sink: inout Sink,
        _ total: inout CorpusTotal
    ) throws(CorpusError) {
        let counts = try count(rest.line, of: &reader, into: &sink)
        guard counts.isSorted else { return try fill(counts, into: &sink, &total) }
        var again = input.lineReader()
        var walk = walk(reportsSkipped: false)
        total.documents = try passOn(try again.next(), of: &again, by: &walk, into: &sink)
        total.matrixRows = walk.rows
    }

    /// Passes each document on when the next one begins. Returns the number of documents.
    private mutating func passOn<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ first: Line?, of reader: inout LineReader<Source>, by walk: inout EntryWalk<Format>, into sink: inout Sink
    ) throws(CorpusError) -> Int {
        var current = 0
        var isWanted = sink.place(of: 0) != nil
        var document = document
        document.removeAll()
        var cursor = NameCursor(names)
        func advance(
            to next: Int, _ starts: [FileStart], _ document: inout ParsedDocument, _ sink: inout Sink
        ) throws(LineFault) {
            while current < next {
                cursor.pass(current, starts, to: &sink)
                if isWanted { try append(document, index: current, to: &sink) }
                if !document.cells.isEmpty { document.removeAll() }
                current += 1
                isWanted = sink.place(of: current) != nil
            }
        }
        while true {
            let step = try walk.next(first, of: &reader, into: &sink)
            do throws(LineFault) {
                switch step {
                case .entry(let entry):
                    if entry.document != current {
                        guard entry.document > current, isVerified || !Self.isGap(from: current, to: entry.document)
                        else { throw .disorder }
                        try advance(to: entry.document, walk.fileStarts, &document, &sink)
                    }
                    if isWanted { try document.append(entry.word + base, from: base, of: list, count: entry.count) }
                case .end(let documents):
                    try advance(to: documents, walk.fileStarts, &document, &sink)
                    return documents
                }
            } catch {
                throw walk.place.refusal(error, of: Span())
            }
        }
    }

    /// Whether so many documents lie between two entries that the header is verified before they cost time and memory.
    private static func isGap(from document: Int, to next: Int) -> Bool {
        next - document > EntryHeader.plainDocuments
    }

    /// Reads all files to their ends, to find out whether they have as many entries as their headers say.
    private mutating func verify<Sink: DocumentSink>(_ sink: inout Sink) throws(CorpusError) {
        var reader = input.lineReader()
        var walk = walk(reportsSkipped: false)
        let first = try reader.next()
        while case .entry = try walk.next(first, of: &reader, into: &sink) {}
        isVerified = true
    }

    /// Counts the entries of each wanted document.
    private mutating func count<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ first: Line?, of reader: inout LineReader<Source>, into sink: inout Sink
    ) throws(CorpusError) -> EntryCounts {
        var walk = walk()
        var counts = EntryCounts()
        var (last, largest) = (0, 0)
        while true {
            switch try walk.next(first, of: &reader, into: &sink) {
            case .entry(let entry):
                if entry.document < last { counts.isSorted = false }
                if !isVerified, Self.isGap(from: largest, to: entry.document) { try verify(&sink) }
                (last, largest) = (entry.document, max(largest, entry.document))
                guard let place = sink.place(of: entry.document) else { continue }
                let needed = counts.bytes(with: place)
                if let limit = input.options.memoryLimit, needed > limit {
                    throw walk.place.refusal(.aboveMemoryLimit(needed: needed), of: Span())
                }
                counts.add(place)
            case .end(let documents):
                counts.documents = documents
                return counts
            }
        }
    }

    /// Reads the files again, groups the entries by document, and passes the documents on.
    private mutating func fill<Sink: DocumentSink>(
        _ counts: consuming EntryCounts, into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(CorpusError) {
        total.findings.append(Finding("entries", "unsorted"))
        total.documents = counts.documents
        var gathered = GatheredEntries(counts)
        var reader = input.lineReader()
        var walk = walk(reportsSkipped: false)
        let first = try reader.next()
        gathering: while true {
            switch try walk.next(first, of: &reader, into: &sink) {
            case .entry(let entry):
                guard let place = sink.place(of: entry.document) else { continue }
                guard gathered.add(word: entry.word, count: entry.count, to: place) else {
                    throw .changed(file: walk.place.file)
                }
            case .end: break gathering
            }
        }
        total.matrixRows = walk.rows
        var cursor = NameCursor(names)
        do throws(LineFault) {
            for index in 0..<total.documents {
                cursor.pass(index, walk.fileStarts, to: &sink)
                guard let place = sink.place(of: index) else { continue }
                document.removeAll()
                for entry in gathered.range(of: place) {
                    let (word, count) = gathered[entry]
                    try document.append(word + base, from: base, of: list, count: count)
                }
                try append(document, index: index, to: &sink)
            }
        } catch {
            throw walk.place.refusal(error, of: Span())
        }
    }

    private func append<Sink: DocumentSink>(
        _ document: ParsedDocument, index: Int, to sink: inout Sink
    ) throws(LineFault) {
        if document.text == .list, let list {
            try sink.append(document, in: list.text.span, index: index)
        } else {
            try sink.append(document, in: document.bytes.span, index: index)
        }
    }
}

/// Passes the names of documents to a sink, in the order of the documents.
private struct NameCursor {
    /// The names of the documents of each file; empty if documents have no names.
    private let names: [WordTable?]
    private var part = 0
    private var head = DocumentHead()

    init(_ names: [WordTable?]) { self.names = names }

    mutating func pass<Sink: DocumentSink>(_ document: Int, _ starts: [FileStart], to sink: inout Sink) {
        guard !names.isEmpty else { return }
        while part + 1 < starts.count, starts[part + 1].document <= document { part += 1 }
        head.removeAll()
        let place = document - starts[part].document
        if let list = names[starts[part].file], place < list.count { head.name += list[place] }
        sink.name(head, index: document)
    }
}

/// The number of entries of each wanted document, by its place.
struct EntryCounts {
    private(set) var counts: [UInt32] = []
    private var entries = 0
    var isSorted = true
    /// The number of all documents, wanted or not.
    var documents = 0

    /// Returns the number of bytes that grouping needs if an entry of the document at `place` is added.
    func bytes(with place: Int) -> Int {
        max(counts.count, place + 1) * 12 + (entries + 1) * 8
    }

    mutating func add(_ place: Int) {
        if place >= counts.count {
            counts += repeatElement(0, count: place + 1 - counts.count)
        }
        counts[place] += 1
        entries += 1
    }
}

/// Entries in the order of their documents, and within a document in the order of the file.
struct GatheredEntries {
    /// The start of each document's entries, followed by the end of the last document's.
    private var starts: [Int] = [0]
    /// The number of entries of each document that have been added.
    private var filled: [UInt32]
    /// The word in the upper and the count in the lower 32 bits.
    private var entries: [UInt64]

    init(_ counts: consuming EntryCounts) {
        filled = counts.counts
        starts.reserveCapacity(filled.count + 1)
        for place in filled.indices {
            starts.append(starts[place] + Int(filled[place]))
            filled[place] = 0
        }
        entries = [UInt64](repeating: 0, count: starts[filled.count])
    }

    /// Adds an entry. Returns false if there is no room for it, because fewer entries of its document were counted.
    mutating func add(word: Int, count: UInt32, to place: Int) -> Bool {
        guard place < filled.count else { return false }
        let position = starts[place] + Int(filled[place])
        guard position < starts[place + 1] else { return false }
        entries[position] = UInt64(word) << 32 | UInt64(count)
        filled[place] += 1
        return true
    }

    func range(of place: Int) -> Range<Int> {
        place < filled.count ? starts[place]..<starts[place] + Int(filled[place]) : 0..<0
    }

    subscript(position: Int) -> (word: Int, count: UInt32) {
        (Int(entries[position] >> 32), UInt32(truncatingIfNeeded: entries[position]))
    }
}
