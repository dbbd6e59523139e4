import Files
import Platform

/// A line in its reader's chunk; valid until the next line is read.
struct Line {
    /// The line number in its file, from 1.
    let number: Int
    /// The line's range in the chunk, without its line end.
    let range: Range<Int>
}

/// Iterates over the lines of all files in order. A line is not copied; it is a range of its chunk.
///
/// Invariant: lines, their numbers and the positions of errors do not depend on how the text is split into chunks.
struct LineReader<Source: ChunkSource & ~Copyable>: ~Copyable {
    private static var lineFeed: UInt8 { UInt8(ascii: "\n") }

    private let files: [String]
    private let maxLine: Int
    private let allowsNUL: Bool
    private var source: Source
    /// Steps that were taken from the source for `sample` and have not been processed yet.
    private var ahead: [ReadStep] = []

    private(set) var chunk = LineChunk.none
    private var start = 0
    private var numberInFile = 0

    /// Whether any line so far contains more than white space.
    private(set) var hasContent = false
    /// XXH64 of every line followed by LF, and the number of decompressed bytes of all files. Set after the last line.
    private var digest: UInt64 = 0
    private var bytes = 0
    private var encoding: TextEncoding?
    /// The lines so far that are read, although something is probably wrong with them.
    private var tallies = TextTallies()

    init(files: [String], maxLine: Int, allowsNUL: Bool, source: consuming Source) {
        self.files = files
        self.maxLine = maxLine
        self.allowsNUL = allowsNUL
        self.source = source
    }

    /// The file of the last line, as it is named in error messages.
    var file: String { name(ofFile: max(chunk.file, 0)) }

    mutating func next() throws(CorpusError) -> Line? {
        while start == chunk.used {
            guard try nextChunk() else { return nil }
        }
        let end = endOfLine()
        numberInFile += 1
        let line = Line(number: numberInFile, range: start..<end)
        if line.range.count > maxLine { throw .lineTooLong(file: file, line: numberInFile, limit: maxLine) }
        start = end + 1
        if !chunk.oddities.isEmpty { try inspect(line) }
        if !hasContent { hasContent = !TextFormat.isBlank(chunk.text.span.extracting(line.range)) }
        return line
    }

    /// Stores the totals over all lines after the last one, and ends the source.
    consuming func finish(_ total: inout CorpusTotal) {
        (total.hasContent, total.digest, total.bytes) = (hasContent, digest, bytes)
        total.tallies = tallies
        if let encoding { total.findings.append(Finding("encoding", encoding.rawValue)) }
    }

    /// Returns the complete lines of the file from `line` on that fit into `size` bytes, but at least `line`. An error
    /// after them is reported later, when its line is read.
    mutating func sample(from line: Line, size: Int) -> [UInt8] {
        let first = line.range.lowerBound
        var sample = Array(chunk.text[first..<max(min(first + size, chunk.used), line.range.upperBound)])
        var step = 0
        while sample.count < size {
            if step == ahead.count { ahead.append(source.next(reusing: [])) }
            guard case .chunk(let next) = ahead[step], next.file == chunk.file else { break }
            sample += next.text[..<min(size - sample.count, next.used)]
            step += 1
        }
        while sample.count > line.range.count, sample.last != Self.lineFeed { sample.removeLast() }
        return sample
    }

    /// Counts the oddities of a line, and refuses a NUL byte.
    private mutating func inspect(_ line: Line) throws(CorpusError) {
        let chunk = chunk
        let bytes = chunk.text.span.extracting(line.range)
        if chunk.oddities.contains(.nul), !allowsNUL, let position = bytes.firstPosition(of: 0) {
            throw .nulByte(file: file, line: line.number, column: position + 1)
        }
        tallies.count(bytes, chunk.oddities, file: file, line: line.number)
    }

    private func endOfLine() -> Int {
        chunk.text.withUnsafeBytes { bytes in
            let rest = bytes.baseAddress! + start
            // Every line of a chunk ends with LF.
            return start + (UnsafeRawPointer(memchr(rest, Int32(Self.lineFeed), chunk.used - start)!) - rest)
        }
    }

    /// Advances to the next chunk. Returns false if there is none.
    private mutating func nextChunk() throws(CorpusError) -> Bool {
        switch nextStep() {
        case .chunk(let next):
            if next.file != chunk.file { numberInFile = 0 }
            chunk = next
            start = 0
            return true
        case .failure(let fault):
            let line = fault.file == chunk.file ? numberInFile + 1 : 1
            throw fault.reason.refusal(file: name(ofFile: fault.file), line: line, maxLine: maxLine)
        case .end(let digest, let bytes, let encoding):
            (self.digest, self.bytes, self.encoding) = (digest, bytes, encoding)
            return false
        }
    }

    private mutating func nextStep() -> ReadStep {
        if !ahead.isEmpty { return ahead.removeFirst() }
        let spare = chunk.text
        chunk = LineChunk(file: chunk.file, text: [], used: 0)
        start = 0
        return source.next(reusing: consume spare)
    }

    private func name(ofFile index: Int) -> String {
        files[index] == "-" ? "standard input" : files[index]
    }
}

extension ReadFault.Reason {
    func refusal(file: String, line: Int, maxLine: Int) -> CorpusError {
        switch self {
        case .lineTooLong: .lineTooLong(file: file, line: line, limit: maxLine)
        case .foreign(let format, let evidence): .foreign(file: file, format: format, evidence: evidence)
        case .notInEncoding(let encoding, let byte):
            .notInEncoding(file: file, line: line, byte: byte, encoding: encoding)
        case .noMark(let encoding): .noByteOrderMark(file: file, encoding: encoding)
        case .unmarked(let encoding): .unmarkedEncoding(file: file, encoding: encoding)
        case .unreadable(let error): Self.refusal(error, file: file, line: line)
        }
    }

    private static func refusal(_ error: InputError, file: String, line: Int) -> CorpusError {
        switch error {
        case .cannotOpen(_, let errno): .cannotOpen(file: file, errno: errno)
        case .isDirectory: .isDirectory(file: file)
        case .cannotRead(_, let errno): .cannotRead(file: file, errno: errno)
        case .truncated(_, let byte):
            .damagedFile(file: file, line: line, byte: byte, reason: "the file is cut short")
        case .damaged(_, let byte, let reason): .damagedFile(file: file, line: line, byte: byte, reason: reason)
        case .trailingGarbage(_, let byte):
            .damagedFile(file: file, line: line, byte: byte, reason: "bytes that are not compressed data follow")
        }
    }
}
