/// One core's documents while they are read: the words of its tokens in the order of the documents.
///
/// Memory: up to 4 bytes a token (`CellStore`); turning it into a slice adds 4 bytes a token of the slice, and gives
/// the chunks back as they are used up. Time: O(tokens + words), a counting sort.
struct SliceBuilder: Sendable {
    /// What a slice holds for each; for a word, while it is made.
    static let bytesPerToken = 4
    static let bytesPerWord = 12
    static let bytesPerDocument = 16

    private(set) var documentLines: [Int] = []
    private var documentLengths: [UInt32] = []
    private(set) var tokens = 0
    private var cells = CellStore()

    /// What its documents need, in here and in the slice; the words' part left out.
    var byteCount: Int {
        documentLines.count * Self.bytesPerDocument + tokens * Self.bytesPerToken + cells.byteCount
    }

    /// What a document more would add, at most, to a shard of `words` words.
    static func bytes(for document: borrowing ParsedDocument, words: Int) -> Int {
        bytesPerDocument + document.tokens * bytesPerToken + CellStore.bytes(for: document, words: words)
    }

    /// Adds a document whose cells stand in `line`.
    mutating func append(
        _ document: borrowing ParsedDocument, in line: Span<UInt8>, index: Int, by lookup: inout WordLookup
    ) {
        documentLines.append(index)
        documentLengths.append(UInt32(document.tokens))
        tokens += document.tokens
        cells.append(document, in: line, by: &lookup)
    }

    /// Documents without a token.
    var emptyDocuments: Int { documentLengths.count { $0 == 0 } }

    /// Counts what every word occurs here; `counter` has seen no document of ours. O(tokens).
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

    /// Gives words the numbers that `numbers` has for them, not above their old ones, and removes those without one.
    mutating func renumber(by numbers: [UInt32?]) {
        cells.renumber(by: numbers, lengths: &documentLengths)
        tokens = documentLengths.reduce(0) { $0 + Int($1) }
    }

    /// The documents in the order of the slice, by their places among those appended: long ones first.
    var order: [Int] {
        let isLong = { Int(documentLengths[$0]) >= CorpusSlice.longDocument }
        return documentLengths.indices.filter(isLong) + documentLengths.indices.filter { !isLong($0) }
    }

    /// The slice, with word w numbered `ranks[w]`.
    consuming func sorted(ranks: [UInt32]) -> CorpusSlice {
        cells.close()
        let order = order
        var numbers = [UInt32](repeating: 0, count: order.count)
        for (number, document) in order.enumerated() { numbers[document] = UInt32(number) }
        // For each word by its old number: how many of its tokens are in long documents and how many in others; then
        // where the next of the ones and of the others goes.
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

    /// One of each for a word, side by side.
    private struct Cursors {
        var long: UInt32 = 0
        var other: UInt32 = 0
    }

    /// Goes through one chunk's cells, each with its word's cursor and its document; `document` is the first of them.
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

    /// Half of the cells are one token, most others two: too few for a loop made for many.
    @inline(__always)
    private static func fill(_ places: inout MutableSpan<UInt32>, from start: UInt32, count: UInt32, with name: UInt32)
    {
        places[Int(start)] = name
        if count > 1 { places[Int(start &+ count &- 1)] = name }
        if count > 2 { for place in start &+ 1..<start &+ count &- 1 { places[Int(place)] = name } }
    }
}
