/// Whoever takes in the documents of a corpus, one after another in the order of their rows, which count from 0.
protocol DocumentSink {
    /// Told before anything else.
    mutating func begin(_ format: InputFormat, hasNames: Bool)

    /// Where document `index` stands among those wanted, ascending with it; nil if it is not wanted.
    func place(of index: Int) -> Int?

    /// What a document is called, wanted or not, before it is appended or skipped; only where documents have names.
    mutating func name(_ head: borrowing DocumentHead, index: Int)

    /// Takes a wanted document, whose cells stand in `text`. If it throws, nothing has been taken.
    mutating func append(_ document: borrowing ParsedDocument, in text: Span<UInt8>, index: Int) throws(LineFault)

    /// Gives a document, wanted or not, that could not be read a row without tokens.
    mutating func skip(index: Int, because error: CorpusError)

    /// Counts an entry that could not be read, of nobody knows which document.
    mutating func skipEntry(because error: CorpusError)

    /// Whether `startOver` undoes all that was taken.
    var canStartOver: Bool { get }
    mutating func startOver()
}
