import Hashing
import Platform

/// Splits the text of the files (`TextSource`), in order, into chunks of complete lines, and computes the digest of all
/// lines.
///
/// A line ends with LF or CR LF. The last line of a file may lack its line end. In a chunk every line ends with LF. A
/// chunk contains the result of one read of at most `chunkSize` bytes; it grows only for a line that is longer. Memory:
/// the buffer, or twice the longest line if that is more.
///
/// Invariants: the digest is that of the concatenated chunks, whatever their size. An error is reported after all
/// complete lines before it.
struct ChunkReader: ~Copyable, ChunkSource {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let files: [String]
    private let maxLine: Int
    private let chunkSize: Int
    private let options: TextOptions
    private let isStopped: @Sendable () -> Bool

    private var source: TextSource?
    private var opened = 0
    /// The start of a line whose end has not been read yet.
    private var rest: [UInt8] = []
    /// The error that occurred after the last chunk.
    private var fault: ReadFault.Reason?
    private var hash = XXH64()
    private var bytes = 0
    private var encoding: TextEncoding?

    /// `isStopped` is called while a file has no data to read; if it returns true, reading ends.
    init(
        files: [String], maxLine: Int, chunkSize: Int, options: TextOptions,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) {
        self.files = files
        self.maxLine = maxLine
        self.chunkSize = max(chunkSize, 1)
        self.options = options
        self.isStopped = isStopped
    }

    mutating func next(reusing text: consuming [UInt8]) -> ReadStep {
        if text.count != chunkSize { text = [UInt8](repeating: 0, count: chunkSize) }
        do throws(ReadFault.Reason) {
            while source != nil || opened < files.count {
                if source == nil { try open() }
                let length = try fill(&text)
                guard length > 0 else { continue }
                let (used, hasLoneReturn) = Self.dropCarriageReturns(&text, upTo: length)
                hash.update(text.span.extracting(..<used).bytes)
                var oddities = TextOddities.found(in: text.span.extracting(..<used))
                if hasLoneReturn { oddities.insert(.loneReturn) }
                return .chunk(LineChunk(file: opened - 1, text: text, used: used, oddities: oddities))
            }
            return .end(digest: hash.digest(), bytes: bytes, encoding: encoding)
        } catch {
            return .failure(ReadFault(file: opened - 1, reason: error))
        }
    }

    private mutating func open() throws(ReadFault.Reason) {
        opened += 1
        rest = []
        let source = try TextSource(path: files[opened - 1], options: options, isStopped: isStopped)
        encoding = encoding ?? source.otherEncoding
        self.source = consume source
    }

    /// Reads complete lines of the open file into `text`: as many as one read returns, but at least one, for which
    /// `text` grows if necessary. Returns their number of bytes, or 0 if the file has no more lines.
    private mutating func fill(_ text: inout [UInt8]) throws(ReadFault.Reason) -> Int {
        if let fault { throw fault }
        if text.count < rest.count { Self.grow(&text, to: rest.count) }
        text.replaceSubrange(..<rest.count, with: rest)
        var end = rest.count
        var length = Self.endOfLines(in: text, 0..<end) ?? 0
        do throws(ReadFault.Reason) {
            while length == 0 {
                if end == text.count { Self.grow(&text, to: end * 2) }
                let count = try source!.read(into: &text, from: end)
                if count == 0 { return finishFile(&text, end) }
                length = Self.endOfLines(in: text, end..<end + count) ?? length
                end += count
                // The line end may be two bytes, of which the first can be in the buffer already.
                if end - length > maxLine + 1 { throw .lineTooLong }
            }
        } catch {
            if length == 0 { throw error }
            fault = error
        }
        rest = Array(text[length..<end])
        return length
    }

    /// Closes the file, whose last `end` bytes are in `text`, and adds the last line end if it is missing. Returns the
    /// number of bytes.
    private mutating func finishFile(_ text: inout [UInt8], _ end: Int) -> Int {
        bytes += source?.byteCount ?? 0
        source = nil
        rest = []
        if end == 0 || text[end - 1] == Self.lineFeed { return end }
        if end == text.count { Self.grow(&text, to: end + 1) }
        text[end] = Self.lineFeed
        return end + 1
    }

    private static func grow(_ text: inout [UInt8], to count: Int) {
        text += [UInt8](repeating: 0, count: count - text.count)
    }

    /// Returns the position after the last LF in `range`. Searches backwards, one block at a time.
    private static func endOfLines(in text: [UInt8], _ range: Range<Int>) -> Int? {
        text.withUnsafeBytes { bytes in
            let base = bytes.baseAddress!
            var end = range.upperBound
            while end > range.lowerBound {
                var start = max(range.lowerBound, end - 4_096)
                let next = start
                var last: Int?
                while let found = memchr(base + start, Int32(lineFeed), end - start) {
                    start = UnsafeRawPointer(found) - base + 1
                    last = start
                }
                if let last { return last }
                end = next
            }
            return nil
        }
    }

    /// Removes the CR before each LF from the lines up to `end`. Returns their new end, and whether another CR is left.
    private static func dropCarriageReturns(
        _ text: inout [UInt8], upTo end: Int
    ) -> (end: Int, hasLoneReturn: Bool) {
        text.withUnsafeMutableBytes { bytes in
            let base = bytes.baseAddress!
            var (from, to) = (0, 0)
            var hasLoneReturn = false
            func keep(upTo position: Int) {
                if from != to { memmove(base + to, base + from, position - from) }
                to += position - from
            }
            while let found = memchr(base + from, Int32(carriageReturn), end - from) {
                let position = UnsafeMutableRawPointer(found) - base
                let endsLine = bytes[position + 1] == lineFeed
                if !endsLine { hasLoneReturn = true }
                keep(upTo: endsLine ? position : position + 1)
                from = position + 1
            }
            keep(upTo: end)
            return (to, hasLoneReturn)
        }
    }
}
