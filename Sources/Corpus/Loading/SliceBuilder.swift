/// One core's documents while they are read: the words of its tokens in the order of the documents.
///
/// Memory: up to 4 bytes a token (`CellStore`); turning it into a slice adds 4 bytes a token of the slice, and gives the
/// chunks back as they are used up. Time: O(tokens + words), a counting sort.
struct SliceBuilder: Sendable {
    /// What a slice holds for each; for a word, while it is made.
    static let bytesPerToken = 4
    static let bytesPerWord = 8
    static let bytesPerDocument = 12

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

    /// The slice, with word w numbered `ranks[w]`.
    consuming func sorted(ranks: [UInt32]) -> CorpusSlice {
        cells.close()
        // By old number: how many tokens the word has, then where its next one goes.
        var next = [UInt32](repeating: 0, count: ranks.count)
        for chunk in cells.chunks { Self.count(chunk.span, into: &next) }
        var starts = [UInt32](repeating: 0, count: ranks.count + 1)
        for (word, rank) in ranks.enumerated() { starts[Int(rank) + 1] = next[word] }
        for word in ranks.indices { starts[word + 1] += starts[word] }
        for (word, rank) in ranks.enumerated() { next[word] = starts[Int(rank)] }

        var documents = LargeArray.zeros(count: tokens)
        var document = 0
        for index in cells.chunks.indices {
            let chunk = cells.take(index)
            Self.scatter(chunk.span, of: documentLengths.span, from: &document, by: &next, into: &documents)
        }
        return CorpusSlice(
            documentLines: documentLines, documentLengths: documentLengths, tokenStarts: starts,
            tokenDocuments: documents)
    }

    private static func count(_ chunk: Span<UInt32>, into counts: inout [UInt32]) {
        var counts = counts.mutableSpan
        var position = 0
        while position < chunk.count {
            let cell = CellStore.cell(of: chunk, at: &position)
            counts[cell.word] &+= cell.count
        }
    }

    /// Puts the documents of one chunk's tokens where their words' next tokens go; `document` is the first of them.
    private static func scatter(
        _ chunk: Span<UInt32>, of lengths: Span<UInt32>, from document: inout Int, by next: inout [UInt32],
        into documents: inout [UInt32]
    ) {
        var next = next.mutableSpan
        var documents = documents.mutableSpan
        var position = 0
        while position < chunk.count {
            var left = lengths[document]
            let name = UInt32(truncatingIfNeeded: document)
            while left > 0 {
                let cell = CellStore.cell(of: chunk, at: &position)
                let start = next[cell.word]
                let end = start &+ cell.count
                next[cell.word] = end
                // Half of the cells are one token, most others two: too few for a loop made for many.
                documents[Int(start)] = name
                if cell.count > 1 { documents[Int(end &- 1)] = name }
                if cell.count > 2 { for place in start &+ 1..<end &- 1 { documents[Int(place)] = name } }
                left -= cell.count
            }
            document += 1
        }
    }
}
