import Hashing
import Platform

/// A list of words, by number: the words that the numbers of a format refer to, or words to keep.
///
/// Memory: the words' bytes, and 8 bytes per word.
package struct WordTable: Sendable {
    /// The bytes of all words, at most 4 GiB; word i ends at `ends[i]`.
    private(set) var text: [UInt8] = []
    private var ends: [Int] = []
    /// XXH64 of the words, each followed by LF.
    package private(set) var digest: UInt64 = 0

    package init(_ words: some Sequence<[UInt8]> = []) {
        for word in words { append(word.span) }
        seal()
    }

    package var count: Int { ends.count }

    package subscript(index: Int) -> [UInt8] { Array(text[range(of: index)]) }

    /// The distinct words as a vocabulary.
    package var set: Vocabulary {
        var set = Vocabulary()
        for index in ends.indices { _ = set.insert(text.span, range(of: index)) }
        return set
    }

    /// Returns the position of word `index` in the text.
    func range(of index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// Adds a word; `seal` must be called after the last one.
    mutating func append(_ word: Span<UInt8>) {
        text.append(word)
        ends.append(text.count)
    }

    /// Computes the digest.
    mutating func seal() {
        var hash = XXH64()
        for index in ends.indices {
            hash.update(text.span.bytes.extracting(range(of: index)))
            hash.update([UInt8(ascii: "\n")].span.bytes)
        }
        digest = hash.digest()
    }

    /// Reads the file at `path`, which may be compressed: one word per line. If a line has TABs, the word is the text
    /// before the first one. Blank lines are allowed only at the end.
    package init(readingFrom path: String, allowsNUL: Bool = false) throws(CorpusError) {
        self.init()
        try Self.forEachLine(of: path, allowsNUL: allowsNUL) { line, place throws(CorpusError) in
            try append(line.extracting(..<DistLDAFormat.end(ofCellAt: 0, in: line)), place)
        }
        seal()
    }

    /// Adds a word of a file; throws an error if it is empty or if the list becomes too long.
    mutating func append(_ word: Span<UInt8>, _ place: LinePlace) throws(CorpusError) {
        if word.isEmpty { throw Self.noWord(at: place) }
        append(word)
        guard text.count <= Int(UInt32.max) else {
            throw .aboveMemoryLimit(
                file: place.file, line: place.line, needed: text.count, limit: Int(UInt32.max), shards: 1)
        }
    }

    /// Calls `body` with every line of the file at `path`, which may be compressed.
    /// - Parameter skipsBlankLines: Whether blank lines are ignored; otherwise they are allowed only at the end.
    static func forEachLine(
        of path: String, skipsBlankLines: Bool = false, allowsNUL: Bool = false,
        _ body: (_ line: Span<UInt8>, _ place: LinePlace) throws(CorpusError) -> Void
    ) throws(CorpusError) {
        let options = ReadingOptions()
        let source = ChunkReader(
            files: [path], maxLine: options.maxLine, chunkSize: options.chunkSize,
            options: TextOptions(allowsNUL: allowsNUL))
        var reader = LineReader(files: [path], maxLine: options.maxLine, allowsNUL: allowsNUL, source: source)
        var blank: LinePlace?
        while let line = try reader.next() {
            let place = LinePlace(file: reader.file, line: line.number, options: options)
            let bytes = reader.chunk.text.span.extracting(line.range)
            if TextFormat.isBlank(bytes) {
                if !skipsBlankLines { blank = blank ?? place }
            } else if let blank {
                throw noWord(at: blank)
            } else {
                try body(bytes, place)
            }
        }
    }

    private static func noWord(at place: LinePlace) -> CorpusError {
        .badLine(file: place.file, line: place.line, column: 1, text: Excerpt([]), fault: .expected("a word"))
    }
}
