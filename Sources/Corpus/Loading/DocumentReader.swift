import Platform

/// Reads the documents of any input, in order, into a sink.
///
/// The format determines the reader: `LineDocuments` (one document per line), `RecordDocuments` (CSV, TSV),
/// `EntryDocuments` (UCI, Matrix Market) or `FolderDocuments`.
struct DocumentReader {
    /// The files to read; a folder of 10x Genomics is replaced by its matrices.
    let files: [String]
    /// The matrices found in folders.
    private let matrices: [String]
    let options: ReadingOptions
    /// Whether decompression has a separate thread.
    let readsAhead: Bool
    /// The number of shards, for error messages.
    let shards: Int

    /// `paths` are interpreted as in `InputFiles`.
    init(_ paths: [String], options: ReadingOptions, cores: Int = 1, shards: Int = 1) throws(CorpusError) {
        let named = try InputFiles.expand(paths)
        let found =
            options.format == nil || options.format == .matrixMarket
            ? named.map { Companions.matrices(in: $0) } : named.map { _ in [] }
        files = zip(named, found).flatMap { $1.isEmpty ? [$0] : $1 }
        try InputFiles.checkCompressions(of: files)
        matrices = found.flatMap(\.self)
        self.options = options
        self.shards = shards
        readsAhead = options.readsAhead ?? (cores > 1)
    }

    func read<Sink: DocumentSink>(into sink: inout Sink) throws(CorpusError) -> CorpusTotal {
        guard options.binarizes else { return try readDocuments(into: &sink) }
        var binary = BinarySink(sink)
        defer { sink = binary.sink }
        return try readDocuments(into: &binary)
    }

    private func readDocuments<Sink: DocumentSink>(into sink: inout Sink) throws(CorpusError) -> CorpusTotal {
        if options.format == .folder || (options.format == nil && files.allSatisfy(InputFiles.isFolder)) {
            try checkFlags(.folder)
            var folder = try FolderDocuments(files, options: options, shards: shards)
            var total = try folder.read(into: &sink)
            if options.keepsWordOrder { total.wordOrder = options.rules.vocabulary }
            return total
        }
        if readsAhead {
            let source = ReadAhead(
                files: files, maxLine: options.maxLine, chunkSize: options.chunkSize, options: options.text)
            return try read(
                LineReader(files: files, maxLine: options.maxLine, allowsNUL: options.allowsNUL, source: source),
                into: &sink)
        }
        return try read(lineReader(), into: &sink)
    }

    /// Returns a reader of all lines that runs on this thread.
    func lineReader() -> LineReader<ChunkReader> {
        let source = ChunkReader(
            files: files, maxLine: options.maxLine, chunkSize: options.chunkSize, options: options.text)
        return LineReader(files: files, maxLine: options.maxLine, allowsNUL: options.allowsNUL, source: source)
    }

    func place(in file: String, line: Int) -> LinePlace {
        LinePlace(file: file, line: line, options: options, shards: shards)
    }

    /// Whether all files can be read a second time.
    var canReadAgain: Bool {
        files.allSatisfy { file in
            var status = stat()
            return file != "-" && stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    private func read<Source: ChunkSource & ~Copyable, Sink: DocumentSink>(
        _ lines: consuming LineReader<Source>, into sink: inout Sink
    ) throws(CorpusError) -> CorpusTotal {
        var reader = lines
        var line = try reader.next()
        var format = options.format
        var blankLines = 0
        var columns: (separator: String, count: Int)?
        while format == nil, let first = line {
            if reader.hasContent {
                let sample = reader.sample(from: first, size: FormatDetection.sampleSize)
                let content = FormatDetection.format(of: sample.span, options.fields)
                format = FileName(reader.file).format(content: content)
                if format == .text { columns = FormatDetection.columns(of: sample.span) }
            } else {
                blankLines += 1
                line = try reader.next()
            }
        }
        let found = format ?? .text
        if line != nil { try checkNames(found) }
        try checkFlags(found)
        let rest = Rest(line: line, blankLines: blankLines)
        var total = CorpusTotal(format: found)
        if options.keepsWordOrder { total.wordOrder = options.rules.vocabulary }
        if let columns {
            total.warnings.append(.table(file: files[0], separator: columns.separator, columns: columns.count))
        }
        if !matrices.isEmpty { total.findings.append(Finding("matrix", matrices.joined(separator: ","))) }
        switch found {
        case .distLDA, .text, .mallet, .ldaC, .svmlight, .jsonl:
            var documents = try LineDocuments(self, found, &total)
            try documents.read(rest, of: &reader, into: &sink, &total)
        case .csv, .tsv:
            var documents = RecordDocuments(self, found)
            try documents.read(rest, of: &reader, into: &sink, &total)
        case .uci:
            var documents = try EntryDocuments<UCIFormat>(self, &total)
            try documents.read(rest, of: &reader, into: &sink, &total)
        case .matrixMarket:
            var documents = try EntryDocuments<MatrixMarketFormat>(self, &total)
            try documents.read(rest, of: &reader, into: &sink, &total)
        case .folder: preconditionFailure("a folder has no lines of its own")
        }
        reader.finish(&total)
        return total
    }

    /// Throws an error if the name of a file says another format, unless the format was given.
    private func checkNames(_ format: InputFormat) throws(CorpusError) {
        guard options.format == nil else { return }
        for file in files {
            let named = FileName(file).format(content: format)
            if named != format { throw .otherFormat(file: file, named: named, format: format) }
        }
    }

    /// Throws an error if a flag does not apply to the format.
    private func checkFlags(_ format: InputFormat) throws(CorpusError) {
        func check(_ flag: String, _ isGiven: Bool, _ purpose: String, _ formats: [InputFormat]) throws(CorpusError) {
            if isGiven && !formats.contains(format) { throw .wrongFlag(flag: flag, purpose: purpose, format: format) }
        }
        let texts = InputFormat.allCases.filter(\.isText)
        let (rule, fields) = (options.tokenizer.rule, options.fields)
        try check("--tokens=\(rule.rawValue)", rule != .whitespace, "running text", texts)
        let normalForm = options.tokenizer.normalForm
        try check("--normalize=\(normalForm.rawValue)", normalForm != .none, "running text", texts)
        try check("--lowercase", options.tokenizer.lowercases, "running text", texts)
        try check("--text-field", fields.text != nil, "jsonl, csv and tsv", [.jsonl, .csv, .tsv])
        try check("--id-field", fields.id != nil, "jsonl, csv and tsv", [.jsonl, .csv, .tsv])
        try check("--no-header", !fields.hasHeader, "csv and tsv", [.csv, .tsv])
        try check("--no-quotes", !fields.hasQuotes, "csv and tsv", [.csv, .tsv])
        let rows = options.matrixRows?.rawValue ?? ""
        try check("--mm-rows=\(rows)", options.matrixRows != nil, "matrix_market", [.matrixMarket])
        try check("--feature-names", options.featureNames != nil, "matrix_market", [.matrixMarket])
        try check("--feature-types", !options.featureTypes.isEmpty, "matrix_market", [.matrixMarket])
        let (numbered, formats) = ("lda_c, uci, matrix_market and svmlight", InputFormat.numbered)
        try check("--word-list", options.wordList != nil, numbered, formats)
        try check("--index-base", options.indexBase != nil, numbered, formats)
        try check(
            "--keep-word-order", options.keepsWordOrder && options.rules.vocabulary == nil,
            "documents with a list of words (\(numbered)) and for --vocab", formats)
    }

    /// The lines that are left to read when the format is known: those from `line` on, which is the last line that the
    /// reader returned. Only blank lines precede it.
    struct Rest {
        let line: Line?
        let blankLines: Int
    }
}
