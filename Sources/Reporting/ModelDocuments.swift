import Counts

/// One document of a model, and which topics its tokens are in.
package struct ModelDocument: Sendable {
    /// Its line in the corpus, from 0.
    package var index = 0
    package var name: [UInt8] = []
    /// n_dk: topics that ascend, and their tokens.
    package var topics: [UInt16] = []
    package var counts: [UInt32] = []
    /// Each token's word and topic, where they were asked for.
    package var tokenWords: [UInt32] = []
    package var tokenTopics: [UInt16] = []

    package init() {}

    /// N_d.
    package var length: Int { counts.reduce(0) { $0 + Int($1) } }
}

/// The documents of a model, one after another, as often as asked, in the order of the corpus as far as that is known.
/// So what is written of them needs the memory of one at a time, and never a matrix of documents and topics.
package protocol ModelDocuments {
    var count: Int { get }
    /// What the numbers of tokens' words mean; nil if it is only known how many tokens are in which topics.
    var tokenWords: NumberedWords? { get }
    /// - Parameter withTokens: whether `body` wants the tokens.
    func visit(withTokens: Bool, _ body: (ModelDocument) throws -> Void) throws
}

/// The words that tokens are given by: word w is `labels[w]`, and the model's row `rows[w]`.
package struct NumberedWords: Sendable {
    package let labels: ByteStrings
    package let rows: [Int]

    package init(labels: ByteStrings, rows: [Int]) {
        self.labels = labels
        self.rows = rows
    }
}

extension PublishedDocuments: ModelDocuments {
    package var count: Int { documents.count }
    package var tokenWords: NumberedWords? { nil }

    package func visit(withTokens: Bool, _ body: (ModelDocument) throws -> Void) throws {
        var document = ModelDocument()
        for row in 0..<documents.count {
            let cells = documents.rows.range(of: row)
            document.index = row
            document.name = Array(documents.labels[row])
            document.topics = Array(documents.rows.columns[cells])
            document.counts = Array(documents.rows.amounts[cells])
            try body(document)
        }
    }
}

extension LabelledRows {
    /// All documents at once, a row each. Memory: 6 bytes a cell, 12 a document, and their names.
    package init(of documents: any ModelDocuments) throws {
        var (names, rows) = (WordList(), SparseRows())
        try documents.visit(withTokens: false) { document in
            names.append(document.name)
            for (topic, count) in zip(document.topics, document.counts) { rows.append(column: topic, amount: count) }
            rows.endRow()
        }
        self.init(names, rows)
    }
}
