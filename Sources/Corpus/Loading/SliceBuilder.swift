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
        for cell in document.cells {
            let word = UInt32(vocabulary.insert(line.extracting(Int(cell.start)..<Int(cell.end))))
            for _ in 0..<cell.count {
                if chunk.count == Self.chunkSize { startChunk() }
                chunk.append(word)
            }
        }
    }

    /// The slice, with word w numbered `ranks[w]`.
    consuming func sorted(ranks: [UInt32]) -> CorpusSlice {
        startChunk()
        var starts = [UInt32](repeating: 0, count: ranks.count + 1)
        for chunk in chunks {
            for word in chunk { starts[Int(ranks[Int(word)]) + 1] += 1 }
        }
        for word in 0..<ranks.count { starts[word + 1] += starts[word] }

        // By old number: where the next token of the word goes.
        var next = ranks.map { starts[Int($0)] }
        var documents = [UInt32](repeating: 0, count: tokens)
        var document = 0
        var left = 0
        for index in chunks.indices {
            for word in chunks[index] {
                while left == 0 {
                    left = Int(documentLengths[document])
                    document += 1
                }
                documents[Int(next[Int(word)])] = UInt32(document - 1)
                next[Int(word)] += 1
                left -= 1
            }
            chunks[index] = []
        }
        return CorpusSlice(
            documentLines: documentLines, documentLengths: documentLengths, tokenStarts: starts,
            tokenDocuments: documents)
    }

    private mutating func startChunk() {
        chunks.append(chunk)
        chunk = []
        chunk.reserveCapacity(Self.chunkSize)
    }
}
