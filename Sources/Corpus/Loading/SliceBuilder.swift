import Platform

/// Collects one core's documents while they are read: the words of the tokens in the order of the documents.
///
/// Memory: up to 4 bytes per token (`CellStore`). Conversion to a slice takes another 4 bytes per token, and frees the
/// chunks as they are consumed. Time: O(tokens + words), a counting sort.
struct SliceBuilder: Sendable {
    /// The bytes that a slice takes per token, word and document; those per word only while the slice is built.
    static let bytesPerToken = 4
    static let bytesPerWord = 12
    static let bytesPerDocument = 16

    private(set) var documentLines: [Int] = []
    private var documentLengths: [UInt32] = []
    private(set) var tokens = 0
    private var cells = CellStore()

    /// The number of bytes that the documents need here and in the slice, without those per word.
    var byteCount: Int {
        documentLines.count * Self.bytesPerDocument + tokens * Self.bytesPerToken + cells.byteCount
    }

    /// Returns the greatest number of bytes that another document can add to a shard of `words` words.
    static func bytes(for document: borrowing ParsedDocument, words: Int) -> Int {
        bytesPerDocument + document.tokens * bytesPerToken + CellStore.bytes(for: document, words: words)
    }

    /// Adds a document whose cells refer to `line`.
    mutating func append(
        _ document: borrowing ParsedDocument, in line: Span<UInt8>, index: Int, by lookup: inout WordLookup
    ) {
        documentLines.append(index)
        documentLengths.append(UInt32(document.tokens))
        tokens += document.tokens
        cells.append(document, in: line, by: &lookup)
    }

    /// The number of documents without a token.
    var emptyDocuments: Int { documentLengths.count { $0 == 0 } }

    /// Counts the occurrences of every word here. `documents` is the number of documents counted before, and `counter`
    /// must not have counted any of this slice. O(tokens).
    mutating func count(by counter: inout WordCounter, after documents: Int) {
        cells.close()
        var document = 0
        for chunk in cells.chunks {
            var position = 0
            while position < chunk.count {
                var left = documentLengths[document]
                document += 1
                while left > 0 {
                    let cell = CellStore.cell(of: chunk.span, at: &position)
                    counter.count(cell.word, cell.count, in: documents + document)
                    left -= cell.count
                }
            }
        }
    }

    /// Replaces the number of every word by its new number in `numbers`, which must not be greater, and removes the
    /// words whose new number is nil.
    mutating func renumber(by numbers: [UInt32?]) {
        cells.renumber(by: numbers, lengths: &documentLengths)
        tokens = documentLengths.reduce(0) { $0 + Int($1) }
    }

    /// The documents in the order of the slice, long ones first, as positions in the order in which they were appended.
    var order: [Int] {
        let isLong = { Int(documentLengths[$0]) >= CorpusSlice.longDocument }
        return documentLengths.indices.filter(isLong) + documentLengths.indices.filter { !isLong($0) }
    }

    /// Returns the slice, in which word w has the number `ranks[w]`.
    consuming func sorted(ranks: [UInt32]) -> CorpusSlice {
        cells.close()
        let order = order
        var numbers = [UInt32](repeating: 0, count: order.count)
        for (number, document) in order.enumerated() { numbers[document] = UInt32(number) }
        // For each word by its old number: first the numbers of its tokens in long documents and in others, later the
        // positions of its next token in a long document and in another.
        var next = [Cursors](repeating: Cursors(), count: ranks.count)
        var document = 0
        for chunk in cells.chunks {
            Self.visit(chunk.span, of: documentLengths.span, from: &document, by: &next) { cursor, cell, _ in
                cursor &+= cell.count
            }
        }
        var starts = [UInt32](repeating: 0, count: ranks.count + 1)
        for (word, rank) in ranks.enumerated() { starts[Int(rank) + 1] = next[word].long + next[word].other }
        for word in ranks.indices { starts[word + 1] += starts[word] }
        for (word, rank) in ranks.enumerated() {
            let start = starts[Int(rank)]
            next[word] = Cursors(long: start, other: start + next[word].long)
        }

        var documents: [UInt32] = LargeArray.zeros(count: tokens)
        document = 0
        for index in cells.chunks.indices {
            let chunk = cells.take(index)
            var places = documents.mutableSpan
            Self.visit(chunk.span, of: documentLengths.span, from: &document, by: &next) { cursor, cell, document in
                Self.fill(&places, from: cursor, count: cell.count, with: numbers[document])
                cursor &+= cell.count
            }
        }
        return CorpusSlice(
            documentLines: order.map { documentLines[$0] }, documentLengths: order.map { documentLengths[$0] },
            tokenStarts: starts, tokenDocuments: documents)
    }

    /// The two cursors of a word, stored next to each other.
    private struct Cursors {
        var long: UInt32 = 0
        var other: UInt32 = 0
    }

    /// Calls `body` for each cell of a chunk with its word's cursor and its document. `document` is the chunk's first
    /// document, and is advanced.
    @inline(__always)
    private static func visit(
        _ chunk: Span<UInt32>, of lengths: Span<UInt32>, from document: inout Int, by cursors: inout [Cursors],
        _ body: (inout UInt32, CellStore.Cell, Int) -> Void
    ) {
        var cursors = cursors.mutableSpan
        var position = 0
        while position < chunk.count {
            var left = lengths[document]
            let isLong = Int(left) >= CorpusSlice.longDocument
            while left > 0 {
                let cell = CellStore.cell(of: chunk, at: &position)
                if isLong {
                    body(&cursors[cell.word].long, cell, document)
                } else {
                    body(&cursors[cell.word].other, cell, document)
                }
                left -= cell.count
            }
            document += 1
        }
    }

    /// Writes the tokens of one cell. Half of the cells have one token and most others two, which are too few for a
    /// general loop to be fast.
    @inline(__always)
    private static func fill(_ places: inout MutableSpan<UInt32>, from start: UInt32, count: UInt32, with name: UInt32)
    {
        places[Int(start)] = name
        if count > 1 { places[Int(start &+ count &- 1)] = name }
        if count > 2 { for place in start &+ 1..<start &+ count &- 1 { places[Int(place)] = name } }
    }
}
