/// Reads documents that are records of CSV or TSV. The first record of each file is its header, if the options say so;
/// blank lines between records are ignored.
struct RecordDocuments {
    private let input: DocumentReader
    private let format: InputFormat
    private var csv: CSVFormat
    private var document: ParsedDocument
    private var head = DocumentHead()
    /// The lines so far of a record that is not complete; `firstLine` is the number of its first line in `file`.
    private var record: [UInt8] = []
    private var isOpen = false
    private var firstLine = 0
    private var file = ""
    private var needsHeader = true
    private var needsSeparator = true

    init(_ input: DocumentReader, _ format: InputFormat) {
        self.input = input
        self.format = format
        csv = CSVFormat(separator: CSVFormat.separators(of: format)[0], input.options.fields)
        document = ParsedDocument(limit: input.options.maxDocumentTokens)
    }

    mutating func read<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ rest: DocumentReader.Rest, of reader: inout LineReader<Source>, into sink: inout Sink,
        _ total: inout CorpusTotal
    ) throws(CorpusError) {
        sink.begin(format, hasNames: input.options.fields.id != nil)
        var fileNumber = -1
        var next = rest.line
        while let line = next {
            if fileNumber != reader.chunk.file {
                try closeFile(into: &sink, &total)
                fileNumber = reader.chunk.file
                file = reader.file
                (needsHeader, needsSeparator) = (true, true)
            }
            try take(
                reader.chunk.text.span.extracting(line.range), number: line.number, into: &sink, &total)
            next = try reader.next()
        }
        try closeFile(into: &sink, &total)
    }

    private mutating func take<Sink: DocumentSink>(
        _ line: Span<UInt8>, number: Int, into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(CorpusError) {
        if !isOpen {
            if TextFormat.isBlank(line) { return }
            if needsSeparator {
                needsSeparator = false
                if let separator = CSVFormat.declaredSeparator(line) {
                    csv.separator = separator
                    return
                }
                csv.chooseSeparator(from: line, CSVFormat.separators(of: format))
            }
            firstLine = number
            isOpen = csv.endsOpen(line, isOpen: false)
            guard isOpen else { return try take(record: line, into: &sink, &total) }
            record.removeAll(keepingCapacity: true)
            return record.append(line)
        }
        record.append(UInt8(ascii: "\n"))
        record.append(line)
        guard record.count <= input.options.maxLine else {
            throw .lineTooLong(file: file, line: firstLine, limit: input.options.maxLine)
        }
        isOpen = csv.endsOpen(line, isOpen: true)
        if !isOpen { try takeOpenRecord(into: &sink, &total) }
    }

    /// Ends a file. A record that is still open is passed to the parser, which reports that its quote is not closed.
    private mutating func closeFile<Sink: DocumentSink>(
        into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(CorpusError) {
        if isOpen { try takeOpenRecord(into: &sink, &total) }
        isOpen = false
    }

    /// Records what was found in the header of the first file.
    private func note(_ total: inout CorpusTotal) {
        func add(_ name: String, _ value: [UInt8]) {
            if !total.findings.contains(where: { $0.name == name }) {
                total.findings.append(Finding(name, Excerpt(value).description))
            }
        }
        if csv.separator != CSVFormat.separators(of: format)[0] {
            add("separator", csv.separator == DistLDAFormat.tab ? Array("TAB".utf8) : [csv.separator])
        }
        if let name = csv.similarName { add("text_column", name) }
    }

    private mutating func takeOpenRecord<Sink: DocumentSink>(
        into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(CorpusError) {
        var whole: [UInt8] = []
        swap(&whole, &record)
        defer { swap(&whole, &record) }
        try take(record: whole.span, into: &sink, &total)
    }

    private mutating func take<Sink: DocumentSink>(
        record: Span<UInt8>, into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(CorpusError) {
        let place = input.place(in: file, line: firstLine)
        if needsHeader {
            needsHeader = false
            do {
                let isHeader = try csv.begin(record)
                note(&total)
                if isHeader { return }
            } catch { throw place.refusal(error, of: record) }
        }
        let index = total.documents
        total.documents += 1
        if input.options.fields.id != nil {
            head.removeAll()
            csv.read(record, into: &head)
            sink.name(head, index: index)
        }
        guard sink.place(of: index) != nil else { return }
        do {
            document.removeAll()
            if input.options.strictUTF8 { try record.checkUTF8() }
            try csv.parse(record, tokenizer: input.options.tokenizer, into: &document)
            if document.text == .line {
                try sink.append(document, in: record, index: index)
            } else {
                try sink.append(document, in: document.bytes.span, index: index)
            }
        } catch {
            let refusal = place.refusal(error, of: record)
            guard input.options.skipBadLines, error.isBadLine else { throw refusal }
            sink.skip(index: index, because: refusal)
        }
    }
}
