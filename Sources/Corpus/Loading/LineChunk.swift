import Files

/// Complete lines of one file, each ended by LF, in `text[..<used]`. The rest of `text` is unused.
struct LineChunk: Sendable {
    /// The number of the file, from 0 in the order of reading.
    let file: Int
    let text: [UInt8]
    let used: Int
    /// What the lines contain that correct text does not.
    var oddities: TextOddities = []

    /// An empty chunk, used before the first chunk has been read.
    static let none = LineChunk(file: -1, text: [], used: 0)
}

/// The result of one step of reading. No step follows a failure or the end.
enum ReadStep: Sendable {
    case chunk(LineChunk)
    case failure(ReadFault)
    /// The end, with XXH64 of all lines and the number of decompressed bytes of all files.
    /// `encoding` is that of the first file that is not in UTF-8.
    case end(digest: UInt64, bytes: Int, encoding: TextEncoding?)
}

/// An error in a file, at the line after the last chunk.
struct ReadFault: Error, Sendable {
    enum Reason: Error, Sendable {
        case unreadable(InputError)
        case lineTooLong
        /// The file has no documents that can be read.
        case foreign(ForeignFormat, ForeignEvidence)
        /// The text is not in its encoding from this byte of the decompressed file on.
        case notInEncoding(TextEncoding, byte: Int)
        /// The encoding needs a byte-order mark, but the file has none.
        case noMark(TextEncoding)
        /// The file is in this encoding, but has no byte-order mark.
        case unmarked(TextEncoding)
    }

    let file: Int
    let reason: Reason
}

/// A source of chunks, which reads them on this thread (`ChunkReader`) or ahead on a separate one (`ReadAhead`).
protocol ChunkSource: ~Copyable {
    /// Reads the next chunk. `spare` is the text of a consumed chunk, whose memory may be reused.
    mutating func next(reusing spare: consuming [UInt8]) -> ReadStep
}
