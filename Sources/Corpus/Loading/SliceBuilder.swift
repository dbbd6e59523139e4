/// One core's documents while they are read: the words of its tokens in the order of the documents.
///
/// Memory: 4 bytes a token, in chunks that are never moved; turning it into a slice adds 4 bytes a token of the slice
/// and gives the chunks back as they are used up. Time: O(tokens + words), a counting sort.
struct SliceBuilder {
    /// What loading holds at its most for each, in `SliceBuilder` and `CorpusSlice` together.
    static let bytesPerToken = 8
    static let bytesPerWord = 8
    static let bytesPerDocument = 12

    private static let chunkSize = 64 << 10

    private(set) var documentLines: [Int] = []
    private var documentLengths: [UInt32] = []
    private(set) var tokens = 0
    /// Every document's words lie in one chunk, which is larger than others if the document is.
    private var chunks: [[UInt32]] = []
    private var chunk: [UInt32] = []

    /// What its documents need, the words' part left out.
    var byteCount: Int { documentLines.count * Self.bytesPerDocument + tokens * Self.bytesPerToken }

    /// Adds a document whose cells stand in `line`.
    mutating func append(
        _ document: borrowing ParsedDocument, in line: Span<UInt8>, index: Int, vocabulary: inout Vocabulary
    ) {
        documentLines.append(index)
        documentLengths.append(UInt32(document.tokens))
        tokens += document.tokens
        if chunk.capacity - chunk.count < document.tokens { startChunk(capacity: max(Self.chunkSize, document.tokens)) }
        let cells = document.cells.span
        for index in cells.indices {
            let cell = cells[index]
            let word = UInt32(truncatingIfNeeded: vocabulary.insert(line, Int(cell.start)..<Int(cell.end)))
            chunk.append(word)
            for _ in 1..<cell.count { chunk.append(word) }
        }
    }

    /// The slice, with word w numbered `ranks[w]`.
    consuming func sorted(ranks: [UInt32]) -> CorpusSlice {
        startChunk(capacity: 0)
        // By old number: how many tokens the word has, then where its next one goes.
        var next = [UInt32](repeating: 0, count: ranks.count)
        for chunk in chunks { Self.count(chunk, into: &next) }
        var starts = [UInt32](repeating: 0, count: ranks.count + 1)
        for (word, rank) in ranks.enumerated() { starts[Int(rank) + 1] = next[word] }
        for word in ranks.indices { starts[word + 1] += starts[word] }
        for (word, rank) in ranks.enumerated() { next[word] = starts[Int(rank)] }

        var documents = [UInt32](repeating: 0, count: tokens)
        var document = 0
        for index in chunks.indices {
            Self.scatter(chunks[index], of: documentLengths, from: &document, by: &next, into: &documents)
            chunks[index] = []
        }
        return CorpusSlice(
            documentLines: documentLines, documentLengths: documentLengths, tokenStarts: starts,
            tokenDocuments: documents)
    }

    private static func count(_ words: [UInt32], into counts: inout [UInt32]) {
        var counts = counts.mutableSpan
        for word in words { counts[Int(word)] &+= 1 }
    }

    /// Puts the documents of one chunk's tokens where their words' next tokens go; `document` is the first of them.
    private static func scatter(
        _ words: [UInt32], of lengths: [UInt32], from document: inout Int, by next: inout [UInt32],
        into documents: inout [UInt32]
    ) {
        var next = next.mutableSpan
        var documents = documents.mutableSpan
        var position = 0
        while position < words.count {
            let end = position + Int(lengths[document])
            for index in position..<end {
                let word = Int(words[index])
                documents[Int(next[word])] = UInt32(truncatingIfNeeded: document)
                next[word] &+= 1
            }
            position = end
            document += 1
        }
    }

    private mutating func startChunk(capacity: Int) {
        chunks.append(chunk)
        chunk = []
        chunk.reserveCapacity(capacity)
    }
}
