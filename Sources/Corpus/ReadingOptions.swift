/// How a corpus is read; the limits stop a hostile or mistaken file before it fills the memory.
package struct ReadingOptions: Sendable {
    /// nil: told by the content (see `FormatDetection`).
    package var format: InputFormat?
    /// How running text is cut into words.
    package var tokenizer = Tokenizer()
    /// Where the text and the name of a document are in JSON objects and in records.
    package var fields = FieldOptions()
    /// The words that numbers stand for, one a line; nil: looked for beside the first file (`WordTable.beside`).
    package var wordList: String?
    /// What the rows of a Matrix Market file are.
    package var matrixRows = MatrixRows.documents
    /// Which words are kept of what was read.
    package var rules = WordRules()
    /// The longest line in bytes, its line end not counted; also the longest record, and the longest file of a folder.
    package var maxLine: Int
    /// Count a line that cannot be read and go on; its document keeps its row, without tokens.
    package var skipBadLines: Bool
    /// Refuse lines of ours that are not UTF-8; otherwise words are bytes, kept as they are.
    package var strictUTF8: Bool
    /// Keep the documents' names.
    package var keepNames: Bool
    /// The most bytes loading may hold; nil: no limit.
    package var memoryLimit: Int?
    /// The most tokens one document may have; 2^24 at first, up to which a Float holds every count.
    package var maxDocumentTokens: Int

    /// Bytes that are decompressed at a time and then handed on; the result does not depend on them.
    package var chunkSize: Int
    /// Decompress on a thread of its own, while this one counts; nil: if the shard has more than one core.
    package var readsAhead: Bool?

    package init(
        format: InputFormat? = nil, maxLine: Int = 64 << 20, skipBadLines: Bool = false, strictUTF8: Bool = false,
        keepNames: Bool = false, memoryLimit: Int? = nil, maxDocumentTokens: Int = 1 << 24,
        chunkSize: Int = 256 << 10, readsAhead: Bool? = nil
    ) {
        self.format = format
        self.maxLine = min(maxLine, Int(UInt32.max) - 1)
        self.skipBadLines = skipBadLines
        self.strictUTF8 = strictUTF8
        self.keepNames = keepNames
        self.memoryLimit = memoryLimit
        self.maxDocumentTokens = maxDocumentTokens
        self.chunkSize = chunkSize
        self.readsAhead = readsAhead
    }
}

/// Where a document's text and name are in JSON objects and in records.
package struct FieldOptions: Sendable, Equatable {
    package static let defaultText = "text"

    /// nil: `defaultText`, and without a header the first column.
    package var text: String?
    /// nil: documents are named by their rows.
    package var id: String?
    /// Whether the first record of a file names the columns; without it they are named by their numbers from 1.
    package var hasHeader = true

    package init(text: String? = nil, id: String? = nil, hasHeader: Bool = true) {
        self.text = text
        self.id = id
        self.hasHeader = hasHeader
    }
}

/// What the rows of a Matrix Market file are; the columns are the other.
package enum MatrixRows: String, CaseIterable, Sendable {
    case documents, words
}
