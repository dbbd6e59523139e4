/// A receiver of the documents of a corpus, in the order of their rows, which count from 0.
protocol DocumentSink {
    /// Called before all other functions.
    mutating func begin(_ format: InputFormat, hasNames: Bool)

    /// Returns the position of document `index` among the wanted documents, which increases with `index`; nil if the
    /// document is not wanted.
    func place(of index: Int) -> Int?

    /// Passes the name of a document, wanted or not, before it is appended or skipped. Called only if documents have
    /// names.
    mutating func name(_ head: borrowing DocumentHead, index: Int)

    /// Adds a wanted document, whose cells refer to `text`. If it throws, nothing has been added.
    mutating func append(_ document: borrowing ParsedDocument, in text: Span<UInt8>, index: Int) throws(LineFault)

    /// Adds a row without tokens for a document, wanted or not, that could not be read.
    mutating func skip(index: Int, because error: CorpusError)

    /// Counts an entry that could not be read, and whose document is therefore unknown.
    mutating func skipEntry(because error: CorpusError)

    /// Whether `startOver` discards everything that was added.
    var canStartOver: Bool { get }
    mutating func startOver()
}
