/// The options for reading a corpus. The limits stop a malicious or wrong file before it exhausts the memory.
package struct ReadingOptions: Sendable {
    /// The format; nil: the one that the name of the file says (see `FileName`), or that is detected from the content
    /// (see `FormatDetection`).
    package var format: InputFormat?
    /// The way in which running text is split into words.
    package var tokenizer = Tokenizer()
    /// The fields of JSON objects and of records that hold a document's text and name.
    package var fields = FieldOptions()
    /// The file of the words that numbers refer to; nil: it is looked for next to the input files (`Companions`).
    package var wordList: String?
    /// Whether the rows of a Matrix Market file are documents or words; nil: words if there is a list of features,
    /// unless only the columns agree with it, otherwise documents.
    package var matrixRows: MatrixRows?
    /// The column of a list of features that names the words; nil: the symbols, if there are any.
    package var featureNames: FeatureNames?
    /// The types of the features to read; empty: all.
    package var featureTypes: [String] = []
    /// The first number of words (and of documents, if they are numbered), 0 or 1; nil: that of the format.
    package var indexBase: Int?
    /// Whether a word counts only once in a document.
    package var binarizes = false
    /// Whether the corpus keeps the list of its words, so that models can be written in its order.
    package var keepsWordOrder = false
    /// The rules that decide which of the words read are kept.
    package var rules = WordRules()
    /// The greatest length of a line in bytes, without its line end; also that of a record and of a file of a folder.
    package var maxLine: Int
    /// Whether to count a line that cannot be read and to continue; its document keeps its row, without tokens.
    package var skipBadLines: Bool
    /// Whether to refuse lines of this shard that are not UTF-8; otherwise words are bytes and are kept unchanged.
    package var strictUTF8: Bool
    /// The encoding of files without a byte-order mark; nil: UTF-8.
    package var encoding: TextEncoding?
    /// Whether lines may contain NUL bytes.
    package var allowsNUL = false
    /// Whether to keep the documents' names.
    package var keepNames: Bool
    /// The greatest number of bytes of memory that loading may use; nil: no limit.
    package var memoryLimit: Int?
    /// The greatest number of tokens in a document. The default is 2^24, up to which a Float represents every count.
    package var maxDocumentTokens: Int

    /// The number of bytes that are decompressed and passed on at a time; the result does not depend on it.
    package var chunkSize: Int
    /// Whether to decompress on a separate thread while this one counts; nil: if the shard has more than one core.
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

    /// The options that decide how bytes become text.
    var text: TextOptions { TextOptions(encoding: encoding, allowsNUL: allowsNUL, checksFormat: format == nil) }
}

/// The fields of JSON objects and of records that hold a document's text and name.
package struct FieldOptions: Sendable, Equatable {
    package static let defaultText = "text"

    /// The field of the text; nil: `defaultText`, or the first column if there is no header.
    package var text: String?
    /// The field of the name; nil: documents are named by their rows.
    package var id: String?
    /// Whether the first record of a file names the columns; otherwise they are named by their numbers from 1.
    package var hasHeader = true
    /// Whether a field that begins with a quote is quoted; otherwise quotes are ordinary bytes.
    package var hasQuotes = true

    package init(text: String? = nil, id: String? = nil, hasHeader: Bool = true, hasQuotes: Bool = true) {
        self.text = text
        self.id = id
        self.hasHeader = hasHeader
        self.hasQuotes = hasQuotes
    }
}

/// The meaning of the rows of a Matrix Market file; the columns are the other one.
package enum MatrixRows: String, CaseIterable, Sendable {
    case documents, words
}
