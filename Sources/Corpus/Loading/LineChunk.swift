import Gzip

/// Whole lines of one file, each ended by LF, in `text[..<used]`; what is behind is room.
struct LineChunk: Sendable {
    /// From 0, in the order of reading.
    let file: Int
    let text: [UInt8]
    let used: Int

    /// What precedes the first chunk.
    static let none = LineChunk(file: -1, text: [], used: 0)
}

/// What reading comes to next. A failure and the end are the last.
enum ReadStep: Sendable {
    case chunk(LineChunk)
    case failure(ReadFault)
    /// XXH64 of all lines, and the decompressed bytes of all files.
    case end(digest: UInt64, bytes: Int)
}

/// What is wrong with a file at the line behind the last chunk.
struct ReadFault: Error, Sendable {
    enum Reason: Error, Sendable {
        case gzip(GzipError)
        case lineTooLong
    }

    let file: Int
    let reason: Reason
}

/// Where chunks come from: read here (`ChunkReader`), or ahead on a thread of its own (`ReadAhead`).
protocol ChunkSource: ~Copyable {
    /// `spare` is the text of a chunk that is used up, for its memory.
    mutating func next(reusing spare: consuming [UInt8]) -> ReadStep
}
