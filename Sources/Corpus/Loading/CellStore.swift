/// The words of a slice's documents, as cells of a word and a count, in the order in which they were read.
///
/// A cell is 4 bytes: the word above, the count in the lowest byte. A count above 255 or a word above 2^24 - 1 takes
/// 12: a zero, the word, the count. Cells lie in chunks that are never moved; those of a document lie in one chunk,
/// which is larger than others if the document is.
///
/// Law: walking the chunks gives the cells back as they were appended. A token takes 4 bytes at most, unless there are
/// more than 2^24 words.
struct CellStore {
    private static let chunkSize = 64 << 10
    private static let countBits = 8
    private static let largestCount = UInt32(1) << countBits - 1
    private static let largestWord = UInt32.max >> countBits
    private static let widestCell = 3

    /// What has been filled; used up from the first on.
    private(set) var chunks: [[UInt32]] = []
    /// The last one, of which the first `used` are in use.
    private var chunk: [UInt32] = []
    private var used = 0
    private var entries = 0

    /// Bytes held.
    var byteCount: Int { entries * MemoryLayout<UInt32>.stride }

    /// What a document takes at most when the vocabulary has `words` words.
    static func bytes(for document: borrowing ParsedDocument, words: Int) -> Int {
        entries(for: document, words: words) * MemoryLayout<UInt32>.stride
    }

    /// Adds the document, whose cells stand in `line`.
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

    /// Closes the last chunk; no more documents follow.
    mutating func close() { closeChunk(next: 0) }

    /// Takes out a chunk, for its memory to be given back when it is used up.
    mutating func take(_ index: Int) -> [UInt32] {
        let chunk = chunks[index]
        chunks[index] = []
        return chunk
    }

    /// Keeps the cells of words that `numbers` has a new number for, which is not above the old one; nil in it removes
    /// them. `lengths` are the tokens of the documents, before and after.
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

    /// The cell at `position` of a chunk, which is moved on to the next.
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
