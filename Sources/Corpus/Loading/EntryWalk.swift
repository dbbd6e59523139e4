/// Walks over the entries of all files, each of which has a header. The documents of a file are numbered after those of
/// the previous file.
struct EntryWalk<Format: EntryFormat> {
    enum Step {
        /// An entry, with its document numbered over all files.
        case entry(Entry)
        /// The end, with the number of documents.
        case end(documents: Int)
    }

    /// Whether skipped entries are reported to the sink.
    private let reportsSkipped: Bool
    /// The position of the last entry.
    private(set) var place: LinePlace

    private let input: DocumentReader
    private var options: ReadingOptions
    private let words: NumberedWords?
    private let names: [WordTable?]
    private var format: Format
    private var header: EntryHeader?
    private var isBegun = false
    private var fileNumber = -1
    private var found = 0
    private var documentsBefore = 0
    /// The first document of each file so far that is not empty.
    private(set) var fileStarts: [FileStart] = []

    /// - Parameters:
    ///   - names: The names of the documents of each file; empty if documents have no names.
    ///   - reportsSkipped: False when the files are read again.
    init(_ input: DocumentReader, _ words: NumberedWords?, names: [WordTable?], reportsSkipped: Bool) {
        self.input = input
        self.words = words
        self.names = names
        self.reportsSkipped = reportsSkipped
        options = input.options
        format = Format(options, words)
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
                (header, found, format) = (nil, 0, Format(options, words))
            }
            place.line = line.number
            let bytes = reader.chunk.text.span.extracting(line.range)
            do throws(LineFault) {
                guard let header else {
                    header = try format.header(bytes)
                    if let header { try begin(header, bytes) }
                    continue
                }
                guard var entry = try format.entry(bytes, header) else { continue }
                found += 1
                if found > header.entries {
                    throw .badHeader(0..<min(bytes.count, 60), .tooManyEntries(said: header.entries))
                }
                if let words, !words.keeps(entry.word) { continue }
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

    /// The meaning of the rows of the matrices read so far.
    var rows: MatrixRows? { options.matrixRows }

    /// Checks a file's header. The rows of all matrices have the meaning of those of the first.
    private mutating func begin(_ header: EntryHeader, _ line: Span<UInt8>) throws(LineFault) {
        options.matrixRows = format.rows
        fileStarts.append(FileStart(file: fileNumber, document: documentsBefore))
        if !header.isPlausible {
            throw .badHeader(
                0..<min(line.count, 60), .tooManyDocuments(said: header.documents, entries: header.entries))
        }
        if let list = words?.table, list.count != header.words {
            let hint =
                header.documents == list.count ? rows.map { $0 == .documents ? MatrixRows.words : .documents } : nil
            throw .badHeader(
                0..<min(line.count, 60), .wrongWordCount(said: header.words, list: list.count, hint: hint))
        }
        if !names.isEmpty, let names = names[fileNumber], names.count != header.documents {
            throw .badHeader(
                0..<min(line.count, 60), .wrongNameCount(said: header.documents, list: names.count))
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

/// The number of a file's first document.
struct FileStart {
    let file: Int
    let document: Int
}
