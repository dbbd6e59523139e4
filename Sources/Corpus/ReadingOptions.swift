/// How a corpus is read; the limits stop a hostile or mistaken file before it fills the memory.
package struct ReadingOptions: Sendable, Equatable {
    /// nil: told by the content (see `FormatDetection`).
    package var format: InputFormat?
    /// The longest line in bytes, its line end not counted.
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
        self.maxLine = maxLine
        self.skipBadLines = skipBadLines
        self.strictUTF8 = strictUTF8
        self.keepNames = keepNames
        self.memoryLimit = memoryLimit
        self.maxDocumentTokens = maxDocumentTokens
        self.chunkSize = chunkSize
        self.readsAhead = readsAhead
    }
}
