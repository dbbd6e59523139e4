/// The words of a slice's documents, stored as cells of a word and a count, in the order in which they were read.
///
/// A cell takes 4 bytes: the count is the lowest byte, and the word is above it. A count above 255 or a word above
/// 2^24 - 1 takes 12 bytes: a zero, the word, the count. Cells are stored in chunks that are never moved. All cells of
/// a document are in one chunk, which is larger than the others if the document needs it.
///
/// Invariant: walking the chunks returns the cells as they were appended. A token takes 4 bytes at most, unless there
/// are more than 2^24 words.
struct CellStore {
    private static let chunkSize = 64 << 10
    private static let countBits = 8
    private static let largestCount = UInt32(1) << countBits - 1
    private static let largestWord = UInt32.max >> countBits
    private static let widestCell = 3

    /// The full chunks, which are consumed from the first on.
    private(set) var chunks: [[UInt32]] = []
    /// The chunk that is being filled; its first `used` elements are in use.
    private var chunk: [UInt32] = []
    private var used = 0
    private var entries = 0

    /// The number of bytes in use.
    var byteCount: Int { entries * MemoryLayout<UInt32>.stride }

    /// Returns the greatest number of bytes that a document can take if the vocabulary has `words` words.
    static func bytes(for document: borrowing ParsedDocument, words: Int) -> Int {
        entries(for: document, words: words) * MemoryLayout<UInt32>.stride
    }

    /// Adds the document; its cells refer to `line`.
    mutating func append(_ document: borrowing ParsedDocument, in line: Span<UInt8>, by lookup: inout WordLookup) {
        let room = Self.entries(for: document, words: lookup.vocabulary.count)
        if chunk.count - used < room { closeChunk(next: max(Self.chunkSize, room)) }
        let start = used
        let cells = document.cells.span
        var first = 0
        while first < cells.count {
            let batch = cells.extracting(first..<min(first + WordLookup.batch, cells.count))
            lookup.find(batch, in: line)
            Self.pack(lookup.words.span, of: batch, into: &chunk, at: &used)
            first += WordLookup.batch
        }
        entries += used - start
    }

    /// Closes the last chunk. No documents may be added afterwards.
    mutating func close() { closeChunk(next: 0) }

    /// Removes and returns a chunk, so that its memory is freed when the caller has consumed it.
    mutating func take(_ index: Int) -> [UInt32] {
        let chunk = chunks[index]
        chunks[index] = []
        return chunk
    }

    /// Replaces the number of every word by its new number in `numbers`, which must not be greater, and removes the
    /// cells of words whose new number is nil. `lengths` are the numbers of tokens of the documents, and are updated.
    mutating func renumber(by numbers: [UInt32?], lengths: inout [UInt32]) {
        close()
        var document = 0
        entries = 0
        for index in chunks.indices {
            var chunk = take(index)
            var (from, to) = (0, 0)
            var places = chunk.mutableSpan
            while from < places.count {
                var left = lengths[document]
                lengths[document] = 0
                while left > 0 {
                    let cell = Self.cell(of: places.span, at: &from)
                    left -= cell.count
                    guard let number = numbers[cell.word] else { continue }
                    lengths[document] += cell.count
                    Self.put(number, cell.count, into: &places, at: &to)
                }
                document += 1
            }
            chunk.removeLast(chunk.count - to)
            entries += to
            chunks[index] = chunk
        }
    }

    typealias Cell = (word: Int, count: UInt32)

    /// Returns the cell at `position` of a chunk, and advances `position` to the next cell.
    @inline(__always)
    static func cell(of chunk: Span<UInt32>, at position: inout Int) -> Cell {
        let entry = chunk[position]
        if entry != 0 {
            position &+= 1
            return (Int(entry >> UInt32(countBits)), entry & largestCount)
        }
        defer { position += widestCell }
        return (Int(chunk[position + 1]), chunk[position + 2])
    }

    private static func entries(for document: borrowing ParsedDocument, words: Int) -> Int {
        let most = document.cells.count * widestCell
        return words + document.cells.count <= largestWord ? min(most, document.tokens) : most
    }

    private static func pack(
        _ words: Span<UInt32>, of cells: Span<ParsedDocument.Cell>, into chunk: inout [UInt32], at used: inout Int
    ) {
        var chunk = chunk.mutableSpan
        var next = used
        for index in cells.indices {
            put(words[index], cells[index].count, into: &chunk, at: &next)
        }
        used = next
    }

    @inline(__always)
    private static func put(_ word: UInt32, _ count: UInt32, into chunk: inout MutableSpan<UInt32>, at next: inout Int)
    {
        if count <= largestCount && word <= largestWord {
            chunk[next] = word << UInt32(countBits) | count
            next &+= 1
        } else {
            chunk[next] = 0
            chunk[next + 1] = word
            chunk[next + 2] = count
            next += widestCell
        }
    }

    private mutating func closeChunk(next count: Int) {
        chunk.removeLast(chunk.count - used)
        if used > 0 { chunks.append(chunk) }
        chunk = [UInt32](repeating: 0, count: count)
        used = 0
    }
}
