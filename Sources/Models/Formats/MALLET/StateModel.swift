import Corpus
import Counts

/// A model read from a MALLET state. All counts are computed from the tokens, so they do not depend on any other data
/// in the file.
///
/// The file is read once for the counts, and again each time the documents are visited. Memory: the words, 8 bytes per
/// document, and the counts. Words are numbered in the order of `typeindex` if that is unique for each word, otherwise
/// in the order of their first occurrence.
package struct StateModel: ModelDocuments {
    /// The priors; nil if the file does not contain them.
    package let alpha: [Double]?
    package let beta: Double?
    /// The number of topics: the number of alphas or, without them, the largest topic plus 1.
    package let topics: Int
    package let words: LabelledRows
    package let count: Int
    package let tokens: Int

    private let files: [String]
    private let vocabulary: Vocabulary
    /// The row of each word, by its number in `vocabulary`.
    private var rows: [Int]

    /// Reads the files as if they were joined. Throws `ModelFileError`.
    package init(_ files: [String]) throws {
        self.files = files
        var reader = StateReader(files)
        var words = Vocabulary()
        var typeIndices: [Int] = []
        var isConsistent = true
        var cells: [UInt64: UInt32] = [:]
        var (documents, last, tokens, largest) = (Set<Int>(), -1, 0, -1)
        try reader.forEachToken { token, line, place in
            if token.document != last {
                guard documents.insert(token.document).inserted else {
                    throw place.fault(
                        "the tokens of document \(token.document) are not together", at: 0..<line.count, of: line)
                }
                last = token.document
            }
            let word = words.insert(Array(line[token.type]))
            if word == typeIndices.count {
                typeIndices.append(token.typeIndex)
            } else if typeIndices[word] != token.typeIndex {
                isConsistent = false
            }
            guard cells[UInt64(word) << 16 | UInt64(token.topic), default: 0] < UInt32.max else {
                throw ModelFileError.contradiction(
                    file: place.file, fault: "a word has more than 4294967295 tokens in a topic")
            }
            cells[UInt64(word) << 16 | UInt64(token.topic), default: 0] += 1
            tokens += 1
            largest = max(largest, token.topic)
        }
        (alpha, beta) = (reader.alpha, reader.beta)
        topics = reader.alpha?.count ?? max(1, largest + 1)
        guard largest < topics else {
            throw ModelFileError.contradiction(
                file: files[0],
                fault: "a token is in topic \(largest), but there are only \(topics) alphas: create the file again")
        }
        (count, self.tokens) = (documents.count, tokens)

        isConsistent = isConsistent && Set(typeIndices).count == typeIndices.count
        let order =
            isConsistent
            ? typeIndices.indices.sorted { typeIndices[$0] < typeIndices[$1] } : Array(typeIndices.indices)
        var rows = [Int](repeating: 0, count: order.count)
        for (row, word) in order.enumerated() { rows[word] = row }
        self.words = LabelledRows(
            WordList(order.map { words.word($0) }), Self.counts(cells, rows: rows))
        (vocabulary, self.rows) = (words, rows)
    }

    /// Returns the same documents, whose words have the rows of the model that was put in this order.
    package func ordered(by order: WordOrder) -> StateModel {
        var ordered = self
        ordered.rows = rows.map { order($0) }
        return ordered
    }

    private static func counts(_ cells: [UInt64: UInt32], rows: [Int]) -> SparseRows {
        var counts = SparseRows(reservingCells: cells.count, rows: rows.count)
        var row = 0
        let keyed = cells.map { (row: rows[Int($0.key >> 16)], topic: UInt16($0.key & 0xFFFF), count: $0.value) }
        for cell in keyed.sorted(by: { ($0.row, $0.topic) < ($1.row, $1.topic) }) {
            while row < cell.row {
                counts.endRow()
                row += 1
            }
            counts.append(column: cell.topic, amount: cell.count)
        }
        while row < rows.count {
            counts.endRow()
            row += 1
        }
        return counts
    }

    package var tokenWords: NumberedWords? {
        var labels = ByteStrings()
        for word in 0..<vocabulary.count { labels.append(vocabulary.word(word)) }
        return NumberedWords(labels: labels, rows: rows)
    }

    package func visit(withTokens: Bool, _ body: (ModelDocument) throws -> Void) throws {
        var reader = StateReader(files)
        var document = ModelDocument()
        func hand() throws {
            guard !document.tokenTopics.isEmpty else { return }
            var counts: [UInt16: UInt32] = [:]
            for topic in document.tokenTopics { counts[topic, default: 0] += 1 }
            document.topics = counts.keys.sorted()
            document.counts = document.topics.map { counts[$0]! }
            try body(document)
        }
        try reader.forEachToken { token, line, place in
            if document.tokenTopics.isEmpty || document.index != token.document {
                try hand()
                document = ModelDocument()
                document.index = token.document
                let source = Array(line[token.source])
                document.name = source == Array("NA".utf8) ? Array("\(token.document + 1)".utf8) : source
            }
            guard let word = vocabulary.index(of: Array(line[token.type])) else {
                throw ModelFileError.contradiction(
                    file: place.file, fault: "the file changed while it was read: try again when it is complete")
            }
            document.tokenWords.append(UInt32(word))
            document.tokenTopics.append(UInt16(token.topic))
        }
        try hand()
    }
}
