import Gzip
import Hashing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lines of all files in order, each in place in one buffer, and the digest of all lines passed.
///
/// A line ends with LF or CR LF; the last one of a file may lack its end, and a file may begin with a UTF-8 byte-order
/// mark. Neither belongs to the lines. Memory: the buffer, which is twice the longest line but at least 256 KiB.
///
/// Law: the digest is XXH64 of every line followed by LF, so neither compression, nor line ends, nor how the lines are
/// spread over files changes it.
struct LineReader: ~Copyable {
    /// A line in the buffer, there until the next one is asked for.
    struct Line {
        /// From 0, over all files.
        let index: Int
        /// From 1, in its file.
        let number: Int
        let range: Range<Int>
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let files: [String]
    private let maxLine: Int
    private var source: GzipReader?
    private var opened = 0
    private var isAtEnd = false

    /// Bytes of the current file: passed up to `start`, at hand up to `end`; no line ends in `start..<scanned`.
    private(set) var buffer = [UInt8](repeating: 0, count: 256 << 10)
    private var start = 0
    private var scanned = 0
    private var end = 0

    private var hash = XXH64()
    /// Lines passed are hashed in runs as long as the buffer holds them as they count; this is where the run began.
    private var runStart = 0
    private var numberInFile = 0

    /// Lines passed, over all files.
    private(set) var lines = 0
    /// Whether one of them holds more than white space.
    private(set) var hasContent = false
    /// Decompressed bytes read, over all files.
    private(set) var bytes = 0

    init(files: [String], maxLine: Int) {
        self.files = files
        self.maxLine = min(maxLine, Int(UInt32.max) - 1)
    }

    /// The file of the last line, as errors name it.
    var file: String {
        let path = files[max(opened - 1, 0)]
        return path == "-" ? "standard input" : path
    }

    /// The digest of the lines passed, when there are no more.
    var digest: UInt64 { hash.digest() }

    mutating func next() throws(CorpusError) -> Line? {
        while true {
            if let newline = nextNewline() { return try pass(upTo: newline, next: newline + 1) }
            if source == nil {
                guard opened < files.count else { return nil }
                try open()
            } else if !isAtEnd {
                try checkLength(end - start)
                compact()
                try fill()
            } else {
                // A file may end within a line.
                let line = start < end ? try pass(upTo: end, next: end) : nil
                hashRun(upTo: end)
                if line != nil { hash.update([Self.lineFeed].span.bytes) }
                source = nil
                if let line { return line }
            }
        }
    }

    /// The whole lines from `line` on that fit into `size` bytes, at least that one. What goes wrong in reading ahead
    /// goes wrong again, at its own line, when it is read.
    mutating func sample(from line: Line, size: Int) -> Range<Int> {
        while source != nil, !isAtEnd, end - line.range.lowerBound < size {
            do { try fill() } catch { break }
        }
        var last = min(end, line.range.lowerBound + size)
        while last > line.range.upperBound, buffer[last - 1] != Self.lineFeed { last -= 1 }
        return line.range.lowerBound..<max(last, line.range.upperBound)
    }

    private mutating func open() throws(CorpusError) {
        let path = files[opened]
        opened += 1
        numberInFile = 0
        (start, scanned, end, runStart) = (0, 0, 0, 0)
        isAtEnd = false
        do { source = try GzipReader(path: path) } catch { throw corpusError(error) }
        while !isAtEnd, end < Self.byteOrderMark.count { try fill() }
        if buffer[..<end].starts(with: Self.byteOrderMark) {
            start = Self.byteOrderMark.count
            scanned = start
            runStart = start
        }
    }

    private mutating func nextNewline() -> Int? {
        let (from, to) = (scanned, end)
        let found = buffer.withUnsafeBytes { bytes in
            memchr(bytes.baseAddress! + from, Int32(Self.lineFeed), to - from).map {
                UnsafeRawPointer($0) - bytes.baseAddress!
            }
        }
        scanned = found.map { $0 + 1 } ?? end
        return found
    }

    /// Passes the line from `start`, whose LF (if it has one) is at `lineEnd`.
    private mutating func pass(upTo lineEnd: Int, next: Int) throws(CorpusError) -> Line {
        var contentEnd = lineEnd
        if contentEnd > start, buffer[contentEnd - 1] == Self.carriageReturn {
            contentEnd -= 1
            hashRun(upTo: contentEnd)
            runStart = lineEnd
        }
        numberInFile += 1
        let line = Line(index: lines, number: numberInFile, range: start..<contentEnd)
        if line.range.count > maxLine { throw .lineTooLong(file: file, line: numberInFile, limit: maxLine) }
        lines += 1
        start = next
        if !hasContent { hasContent = !TextFormat.isBlank(buffer.span.extracting(line.range)) }
        return line
    }

    private mutating func hashRun(upTo position: Int) {
        let held = buffer
        hash.update(held.span.extracting(runStart..<position).bytes)
        runStart = position
    }

    /// Moves what is not passed yet to the front.
    private mutating func compact() {
        hashRun(upTo: start)
        buffer.withUnsafeMutableBytes { bytes in
            _ = memmove(bytes.baseAddress!, bytes.baseAddress! + start, end - start)
        }
        (start, scanned, end, runStart) = (0, scanned - start, end - start, 0)
    }

    /// Reads on behind what is at hand, in a larger buffer when less than half is free.
    private mutating func fill() throws(CorpusError) {
        if end > buffer.count / 2 { buffer += [UInt8](repeating: 0, count: buffer.count) }
        do {
            let count = try source!.read(into: &buffer, from: end)
            end += count
            bytes += count
            isAtEnd = count == 0
        } catch {
            throw corpusError(error)
        }
    }

    private func checkLength(_ count: Int) throws(CorpusError) {
        // The line end to come may be two bytes, one of which can be here already.
        if count > maxLine + 1 { throw .lineTooLong(file: file, line: numberInFile + 1, limit: maxLine) }
    }

    private func corpusError(_ error: GzipError) -> CorpusError {
        let line = numberInFile + 1
        return switch error {
        case .cannotOpen(_, let errno): .cannotOpen(file: file, errno: errno)
        case .isDirectory: .isDirectory(file: file)
        case .cannotRead(_, let errno), .cannotWrite(let errno): .cannotRead(file: file, errno: errno)
        case .truncated(_, let byte):
            .damagedGzip(file: file, line: line, byte: byte, reason: "the file is cut short")
        case .damaged(_, let byte, let reason): .damagedGzip(file: file, line: line, byte: byte, reason: reason)
        case .trailingGarbage(_, let byte):
            .damagedGzip(file: file, line: line, byte: byte, reason: "bytes that are not gzip follow the data")
        }
    }
}
