import Files

/// Complete lines of one file, each ended by LF, in `text[..<used]`. The rest of `text` is unused.
struct LineChunk: Sendable {
    /// The number of the file, from 0 in the order of reading.
    let file: Int
    let text: [UInt8]
    let used: Int

    /// An empty chunk, used before the first chunk has been read.
    static let none = LineChunk(file: -1, text: [], used: 0)
}

/// The result of one step of reading. No step follows a failure or the end.
enum ReadStep: Sendable {
    case chunk(LineChunk)
    case failure(ReadFault)
    /// The end, with XXH64 of all lines and the number of decompressed bytes of all files.
    case end(digest: UInt64, bytes: Int)
}

/// An error in a file, at the line after the last chunk.
struct ReadFault: Error, Sendable {
    enum Reason: Error, Sendable {
        case unreadable(InputError)
        case lineTooLong
    }

    let file: Int
    let reason: Reason
}

/// A source of chunks, which reads them on this thread (`ChunkReader`) or ahead on a separate one (`ReadAhead`).
protocol ChunkSource: ~Copyable {
    /// Reads the next chunk. `spare` is the text of a consumed chunk, whose memory may be reused.
    mutating func next(reusing spare: consuming [UInt8]) -> ReadStep
}
