package import Corpus
package import Counts
package import Models
package import Sampling

/// The documents of a shard after its last sweep, in the order of the corpus, across all cores.
///
/// Tokens are stored by word. The tokens of a batch of documents are gathered in one pass over all tokens. Memory: that
/// of `batch` tokens (at least one document), and 20 bytes per document.
package struct TrainedDocuments: ModelDocuments {
    private struct Place {
        let line: Int
        let slice: Int32
        let document: Int32
    }

    private let states: [SliceState]
    private let names: [DocumentNames]
    private let order: [Place]
    package private(set) var tokenWords: NumberedWords?

    /// The number of tokens that are gathered at once; 6 bytes each.
    private static let batch = 8 << 20

    /// - Parameters:
    ///   - names: The names of the documents, by slice.
    ///   - words: The shard's words with their rows in the model.
    package init(_ states: [SliceState], names: [DocumentNames], words: NumberedWords) {
        self.states = states
        self.names = names
        tokenWords = words
        var order: [Place] = []
        order.reserveCapacity(states.reduce(0) { $0 + $1.slice.documentLines.count })
        for (slice, state) in states.enumerated() {
            for (document, line) in state.slice.documentLines.enumerated() {
                order.append(Place(line: line, slice: Int32(slice), document: Int32(document)))
            }
        }
        order.sort { $0.line < $1.line }
        self.order = order
    }

    /// Creates the documents of `corpus`, whose counts are in `store`.
    package init(_ states: [SliceState], of corpus: ShardCorpus, in store: any CountStore, shard: Int) throws {
        var labels = ByteStrings()
        for word in 0..<corpus.vocabulary.count { labels.append(corpus.vocabulary.word(word)) }
        let rows = try ModelRows.of(
            { corpus.vocabulary.word($0) }, blockStarts: corpus.blockStarts, in: store, shard: shard)
        self.init(states, names: corpus.documentNames, words: NumberedWords(labels: labels, rows: rows))
    }

    /// Changes the rows of the words to those of a model that was put in this order.
    package mutating func renumberWords(by order: WordOrder) {
        tokenWords = tokenWords.map { NumberedWords(labels: $0.labels, rows: $0.rows.map { order($0) }) }
    }

    package var count: Int { order.count }
    package var tokens: Int { states.reduce(0) { $0 + $1.tokens } }

    package func visit(withTokens: Bool, _ body: (ModelDocument) throws -> Void) throws {
        var first = 0
        var gathering = Gathering(states)
        while first < order.count {
            let end = endOfBatch(from: first, withTokens: withTokens)
            let batch = order[first..<end]
            if withTokens { gather(batch, into: &gathering) }
            var token = 0
            for place in batch {
                let state = states[Int(place.slice)]
                var document = ModelDocument()
                document.index = place.line
                document.name = names[Int(place.slice)][Int(place.document)]
                let topics = state.documents.topics(of: Int(place.document)).sorted { $0.topic < $1.topic }
                document.topics = topics.map { UInt16($0.topic) }
                document.counts = topics.map { UInt32($0.count) }
                if withTokens {
                    let tokens = token..<token + length(place)
                    document.tokenWords = Array(gathering.words[tokens])
                    document.tokenTopics = Array(gathering.topics[tokens])
                    token = tokens.upperBound
                }
                try body(document)
            }
            first = end
        }
    }

    private func length(_ place: Place) -> Int {
        Int(states[Int(place.slice)].slice.documentLengths[Int(place.document)])
    }

    private func endOfBatch(from first: Int, withTokens: Bool) -> Int {
        guard withTokens else { return order.count }
        var (end, tokens) = (first, 0)
        while end < order.count, end == first || tokens + length(order[end]) <= Self.batch {
            tokens += length(order[end])
            end += 1
        }
        return end
    }

    /// The tokens of a batch, one document after another, and the place of each document's next token.
    private struct Gathering {
        var words: [UInt32] = []
        var topics: [UInt16] = []
        /// The place of the next token, by slice and document; `absent` if the document is not in the batch.
        var next: [[UInt32]]

        static let absent = UInt32.max

        init(_ states: [SliceState]) {
            next = states.map { Array(repeating: Self.absent, count: $0.slice.documentLines.count) }
        }
    }

    private func gather(_ batch: ArraySlice<Place>, into gathering: inout Gathering) {
        var tokens = 0
        for place in batch {
            gathering.next[Int(place.slice)][Int(place.document)] = UInt32(tokens)
            tokens += length(place)
        }
        gathering.words = Array(repeating: 0, count: tokens)
        gathering.topics = Array(repeating: 0, count: tokens)
        for slice in states.indices {
            Self.gather(
                states[slice].slice, states[slice].assignments, next: &gathering.next[slice],
                words: &gathering.words, topics: &gathering.topics)
        }
        for place in batch { gathering.next[Int(place.slice)][Int(place.document)] = Gathering.absent }
    }

    /// Copies each token of a slice to the next place of its document, if the document is in the batch.
    private static func gather(
        _ slice: CorpusSlice, _ assignments: [UInt16], next: inout [UInt32], words: inout [UInt32],
        topics: inout [UInt16]
    ) {
        let (starts, documents) = (slice.tokenStarts, slice.tokenDocuments)
        for word in 0..<starts.count - 1 {
            for token in Int(starts[word])..<Int(starts[word + 1]) {
                let document = Int(documents[token])
                let place = next[document]
                guard place != Gathering.absent else { continue }
                words[Int(place)] = UInt32(word)
                topics[Int(place)] = assignments[token]
                next[document] = place + 1
            }
        }
    }
}
