/// Passes documents on in which every word counts once, however often it occurs (`--binarize`).
///
/// Memory: a second vocabulary, and 4 bytes per word.
struct BinarySink<Sink: DocumentSink>: DocumentSink {
    private(set) var sink: Sink
    private var words = Vocabulary()
    /// The last document in which each word occurred, numbered from 1, by the words' numbers.
    private var last: [UInt32] = []
    private var documents: UInt32 = 0
    private var document = ParsedDocument(limit: .max)

    init(_ sink: Sink) { self.sink = sink }

    mutating func append(_ parsed: borrowing ParsedDocument, in text: Span<UInt8>, index: Int) throws(LineFault) {
        documents += 1
        document.removeAll()
        for cell in parsed.cells {
            let word = words.insert(text, cell.range)
            if word == last.count { last.append(0) }
            if last[word] == documents { continue }
            last[word] = documents
            try document.append(cell.range, count: 1)
        }
        try sink.append(document, in: text, index: index)
    }

    mutating func begin(_ format: InputFormat, hasNames: Bool) { sink.begin(format, hasNames: hasNames) }
    func place(of index: Int) -> Int? { sink.place(of: index) }
    mutating func name(_ head: borrowing DocumentHead, index: Int) { sink.name(head, index: index) }
    mutating func skip(index: Int, because error: CorpusError) { sink.skip(index: index, because: error) }
    mutating func skipEntry(because error: CorpusError) { sink.skipEntry(because: error) }
    var canStartOver: Bool { sink.canStartOver }
    mutating func startOver() { sink.startOver() }
}
