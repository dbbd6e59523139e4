/// Parses documents in the formats in which every line is a document.
struct LineParser {
    let format: InputFormat
    private let tokenizer: Tokenizer
    private let list: WordTable?
    /// The number of the word list's first word in LDA-C and SVMlight, 0 or 1.
    private let first: Int
    private var json: JSONLinesFormat
    private let hasID: Bool

    init(_ format: InputFormat, _ options: ReadingOptions, list: WordTable?, first: Int = 0) {
        self.format = format
        self.list = list
        self.first = first
        tokenizer = options.tokenizer
        json = JSONLinesFormat(options.fields)
        hasID = options.fields.id != nil
    }

    /// Whether the documents have names.
    var hasNames: Bool {
        switch format {
        case .distLDA, .mallet: true
        case .jsonl: hasID
        default: false
        }
    }

    /// Whether the line is a document. Comment lines of SVMlight are not.
    func isDocument(_ line: Span<UInt8>) -> Bool {
        format != .svmlight || !SVMlightFormat.isComment(line)
    }

    /// Reads the document's name and label.
    mutating func read(_ line: Span<UInt8>, into head: inout DocumentHead) {
        switch format {
        case .distLDA: head.name.append(line.extracting(DistLDAFormat.name(of: line)))
        case .mallet: _ = MalletFormat.read(line, into: &head)
        case .svmlight: SVMlightFormat.read(line, into: &head)
        case .jsonl: json.read(line, into: &head)
        default: break
        }
    }

    /// Adds the cells of `line`, which must not contain a line end, to `document`.
    mutating func parse(_ line: Span<UInt8>, into document: inout ParsedDocument) throws(LineFault) {
        switch format {
        case .distLDA: try DistLDAFormat.parse(line, into: &document)
        case .text: try tokenizer.parse(line, 0..<line.count, into: &document)
        case .mallet:
            var head = DocumentHead()
            let start = MalletFormat.read(line, into: &head)
            try tokenizer.parse(line, start..<line.count, into: &document)
        case .ldaC: try LDACFormat.parse(line, first: first, list: list, into: &document)
        case .svmlight: try SVMlightFormat.parse(line, first: first, list: list, into: &document)
        case .jsonl: try json.parse(line, tokenizer: tokenizer, into: &document)
        case .csv, .tsv, .uci, .matrixMarket, .folder: preconditionFailure("not a format of lines")
        }
    }
}
