/// Walks over the entries of all files, each of which has a header. The documents of a file are numbered after those of
/// the previous file.
struct EntryWalk<Format: EntryFormat> {
    enum Step {
        /// An entry, with its document numbered over all files.
        case entry(Entry)
        /// The end, with the number of documents.
        case end(documents: Int)
    }

    /// Whether skipped entries are reported to the sink; false when the files are read again.
    var reportsSkipped = true
    /// The position of the last entry.
    private(set) var place: LinePlace

    private let input: DocumentReader
    private let list: WordTable?
    private var format: Format
    private var header: EntryHeader?
    private var isBegun = false
    private var fileNumber = -1
    private var found = 0
    private var documentsBefore = 0

    init(_ input: DocumentReader, list: WordTable?) {
        self.input = input
        self.list = list
        format = Format(input.options)
        place = input.place(in: input.files[0], line: 1)
    }

    /// Returns the next step. The first call begins with `first`, the last line that the reader returned.
    mutating func next<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ first: Line?, of reader: inout LineReader<Source>, into sink: inout Sink
    ) throws(CorpusError) -> Step {
        while true {
            let next = isBegun ? try reader.next() : first
            isBegun = true
            guard let line = next else {
                try closeFile()
                return .end(documents: documentsBefore)
            }
            if fileNumber != reader.chunk.file {
                try closeFile()
                fileNumber = reader.chunk.file
                place = input.place(in: reader.file, line: line.number)
                (header, found, format) = (nil, 0, Format(input.options))
            }
            place.line = line.number
            let bytes = reader.chunk.text.span.extracting(line.range)
            do throws(LineFault) {
                guard let header else {
                    header = try format.header(bytes)
                    if let header { try check(header, bytes) }
                    continue
                }
                guard var entry = try format.entry(bytes, header) else { continue }
                found += 1
                if found > header.entries {
                    throw .badHeader(0..<min(bytes.count, 60), .tooManyEntries(said: header.entries))
                }
                entry.document += documentsBefore
                return .entry(entry)
            } catch {
                let refusal = place.refusal(error, of: bytes)
                guard input.options.skipBadLines, error.isBadLine else { throw refusal }
                found += 1
                if reportsSkipped { sink.skipEntry(because: refusal) }
            }
        }
    }

    private func check(_ header: EntryHeader, _ line: Span<UInt8>) throws(LineFault) {
        if !header.isPlausible {
            throw .badHeader(
                0..<min(line.count, 60), .tooManyDocuments(said: header.documents, entries: header.entries))
        }
        if let list, list.count != header.words {
            let hint = header.documents == list.count && Format.self == MatrixMarketFormat.self
            throw .badHeader(
                0..<min(line.count, 60),
                .wrongWordCount(
                    said: header.words, list: list.count,
                    hint: !hint ? nil : input.options.matrixRows == .documents ? .words : .documents))
        }
    }

    private mutating func closeFile() throws(CorpusError) {
        guard fileNumber >= 0 else { return }
        guard let header else {
            throw place.refusal(.badHeader(0..<0, .expected("a complete header")), of: Span())
        }
        guard found == header.entries else {
            throw .missingEntries(file: place.file, said: header.entries, found: found)
        }
        documentsBefore += header.documents
    }
}
