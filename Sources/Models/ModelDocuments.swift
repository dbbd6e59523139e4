import Counts

/// One document of a model with the topics of its tokens.
package struct ModelDocument: Sendable {
    /// The document's line in the corpus, from 0.
    package var index = 0
    package var name: [UInt8] = []
    /// n_dk: the topics in ascending order, and the number of tokens in each.
    package var topics: [UInt16] = []
    package var counts: [UInt32] = []
    /// The word and the topic of each token, if `visit` was called with tokens.
    package var tokenWords: [UInt32] = []
    package var tokenTopics: [UInt16] = []

    package init() {}

    /// N_d.
    package var length: Int { counts.reduce(0) { $0 + Int($1) } }
}

/// The documents of a model, which can be visited one after another any number of times, in the order of the corpus as
/// far as that is known. Writers therefore need the memory of only one document at a time, never a matrix of documents
/// and topics.
package protocol ModelDocuments {
    var count: Int { get }
    /// The words to which `ModelDocument.tokenWords` refers; nil if the topics of single tokens are not known.
    var tokenWords: NumberedWords? { get }
    /// - Parameter withTokens: Whether the documents passed to `body` have their tokens.
    func visit(withTokens: Bool, _ body: (ModelDocument) throws -> Void) throws
}

/// The words to which the numbers of tokens refer: word w has the label `labels[w]` and the row `rows[w]` of the model.
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
    /// Collects all documents, one row each. Memory: 6 bytes per cell, 12 bytes per document, and the names.
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
