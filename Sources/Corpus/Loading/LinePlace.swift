/// The position of a line and the options with which it is read: the context that turns a fault into an error message.
struct LinePlace {
    let file: String
    /// The line number in the file, from 1.
    var line: Int
    let options: ReadingOptions
    var shards = 1

    /// Returns the error for a fault. `bytes` are those of the line, or of all lines of a record that begins with it.
    func refusal(_ fault: LineFault, of bytes: Span<UInt8>) -> CorpusError {
        switch fault {
        case .badCell(let cell, let fault):
            let (line, column) = position(cell.lowerBound, in: bytes)
            return .badCell(file: file, line: line, column: column, text: excerpt(cell, of: bytes), fault: fault)
        case .badLine(let range, let fault), .badHeader(let range, let fault):
            let (line, column) = position(range.lowerBound, in: bytes)
            return .badLine(file: file, line: line, column: column, text: excerpt(range, of: bytes), fault: fault)
        case .notUTF8(let byte):
            let (line, column) = position(byte, in: bytes)
            return .notUTF8(file: file, line: line, column: column)
        case .documentTooLong(let tokens):
            return .documentTooLong(file: file, line: line, tokens: tokens, limit: options.maxDocumentTokens)
        case .sliceFull: return .tooManyTokens(file: file, line: line, limit: Int(UInt32.max), shards: shards)
        case .aboveMemoryLimit(let needed):
            return .aboveMemoryLimit(
                file: file, line: line, needed: needed, limit: options.memoryLimit ?? 0, shards: shards)
        case .disorder: return .unsorted(file: file, line: line)
        case .stopped: return .stopped
        }
    }

    private func excerpt(_ range: Range<Int>, of bytes: Span<UInt8>) -> Excerpt {
        Excerpt(range.prefix(200).map { bytes[$0] })
    }

    private func position(_ offset: Int, in bytes: Span<UInt8>) -> (line: Int, column: Int) {
        var (line, start) = (line, 0)
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            (line, start) = (line + 1, index + 1)
        }
        return (line, offset - start + 1)
    }
}
