/// Reads documents that are lines.
struct LineDocuments {
    private let input: DocumentReader
    private let format: InputFormat
    private let list: WordTable?
    private var parser: LineParser
    private var document: ParsedDocument
    private var head = DocumentHead()
    /// Whether an index is 0 (SVMlight only).
    private var hasIndexZero = false

    init(_ input: DocumentReader, _ format: InputFormat, _ total: inout CorpusTotal) throws(CorpusError) {
        self.input = input
        self.format = format
        list = format == .ldaC || format == .svmlight ? try input.numberedWords(&total)?.table : nil
        var first = input.options.indexBase ?? 0
        if format == .svmlight, input.options.indexBase == nil, list != nil {
            hasIndexZero = try Self.hasIndexZero(input)
            first = hasIndexZero ? 0 : 1
        }
        parser = LineParser(format, input.options, list: list, first: first)
        document = ParsedDocument(limit: input.options.maxDocumentTokens)
    }

    mutating func read<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ rest: DocumentReader.Rest, of reader: inout LineReader<Source>, into sink: inout Sink,
        _ total: inout CorpusTotal
    ) throws(CorpusError) {
        sink.begin(format, hasNames: parser.hasNames)
        for _ in 0..<rest.blankLines {
            try take(Line(number: 1, range: 0..<0), of: reader, into: &sink, &total)
        }
        var next = rest.line
        while let line = next {
            try take(line, of: reader, into: &sink, &total)
            next = try reader.next()
        }
        if format == .svmlight {
            let first = input.options.indexBase ?? (hasIndexZero ? 0 : 1)
            total.findings.append(Finding("indices_from", "\(first)"))
        }
    }

    private mutating func take<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ line: Line, of reader: borrowing LineReader<Source>, into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(CorpusError) {
        let bytes = reader.chunk.text.span.extracting(line.range)
        do { try take(bytes, into: &sink, &total) } catch {
            let refusal = input.place(in: reader.file, line: line.number).refusal(error, of: bytes)
            guard input.options.skipBadLines, error.isBadLine else { throw refusal }
            sink.skip(index: total.documents - 1, because: refusal)
        }
    }

    private mutating func take<Sink: DocumentSink>(
        _ line: Span<UInt8>, into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(LineFault) {
        guard parser.isDocument(line) else { return }
        if format == .svmlight, !hasIndexZero { hasIndexZero = SVMlightFormat.hasIndexZero(line) }
        let index = total.documents
        total.documents += 1
        if parser.hasNames {
            head.removeAll()
            parser.read(line, into: &head)
            sink.name(head, index: index)
        }
        guard sink.place(of: index) != nil else { return }
        try parse(line)
        try append(line, index: index, to: &sink)
    }

    private mutating func parse(_ line: Span<UInt8>) throws(LineFault) {
        document.removeAll()
        if input.options.strictUTF8 { try line.checkUTF8() }
        try parser.parse(line, into: &document)
    }

    private func append<Sink: DocumentSink>(
        _ line: Span<UInt8>, index: Int, to sink: inout Sink
    ) throws(LineFault) {
        switch document.text {
        case .line: try sink.append(document, in: line, index: index)
        case .own: try sink.append(document, in: document.bytes.span, index: index)
        case .list: if let list { try sink.append(document, in: list.text.span, index: index) }
        }
    }

    /// Whether an index in any file is 0. This must be known before the first index is looked up in the word list.
    private static func hasIndexZero(_ input: DocumentReader) throws(CorpusError) -> Bool {
        guard input.canReadAgain else { throw .cannotReadAgain(file: input.files.first ?? "") }
        var reader = input.lineReader()
        while let line = try reader.next() {
            if SVMlightFormat.hasIndexZero(reader.chunk.text.span.extracting(line.range)) { return true }
        }
        return false
    }
}

extension Span where Element == UInt8 {
    func checkUTF8() throws(LineFault) {
        do { _ = try UTF8Span(validating: self) } catch { throw .notUTF8(at: error.byteOffsets.lowerBound) }
    }
}
