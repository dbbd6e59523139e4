package import Corpus
package import Counts

/// One core's part of the chain: the tokens of its slice, the topic of each token, and the topics of its documents.
///
/// The tokens have the order of `CorpusSlice`: word after word, and by document within a word. Memory in addition to
/// the slice: 2 bytes per token, and `DocumentTopics`.
package struct SliceState: Sendable {
    package let slice: CorpusSlice
    /// z, the topics of the N tokens.
    package internal(set) var assignments: [UInt16]
    package internal(set) var documents: DocumentTopics
    package var random: Xoshiro256

    /// Starts the chain with the topics that `InitialTopics` chooses.
    ///
    /// - Parameters:
    ///   - stream: the stream of random numbers, which must be different for each slice of the run.
    ///   - form: the form of the documents' topics; nil: the suitable one.
    ///   - wordHash: returns for a word of the slice a hash that identifies it in every slice of the run. The word's
    ///     number can be used if the slices have the same numbers for the same words.
    package init(
        _ slice: CorpusSlice, topics: Int, seed: UInt64, stream: Int, form: DocumentTopics.Form? = nil,
        wordHash: (Int) -> UInt64 = { UInt64($0) }
    ) {
        self.slice = slice
        random = Xoshiro256(seed: seed, stream: UInt64(stream))
        documents = DocumentTopics(documentLengths: slice.documentLengths, topics: topics, form: form)
        assignments = InitialTopics.topics(for: slice, topics: topics, seed: seed, in: &documents, wordHash: wordHash)
    }

    /// Starts the chain with the given topics, z of all tokens.
    package init(
        _ slice: CorpusSlice, topics: Int, seed: UInt64, stream: Int, assignments: [UInt16],
        form: DocumentTopics.Form? = nil
    ) {
        precondition(assignments.count == slice.tokenDocuments.count, "each token has a topic")
        self.slice = slice
        random = Xoshiro256(seed: seed, stream: UInt64(stream))
        var documents = DocumentTopics(documentLengths: slice.documentLengths, topics: topics, form: form)
        for (document, topic) in zip(slice.tokenDocuments, assignments) {
            documents.add(1, topic: Int(topic), document: Int(document))
        }
        self.documents = documents
        self.assignments = assignments
    }

    init(slice: CorpusSlice, assignments: [UInt16], documents: DocumentTopics, random: Xoshiro256) {
        (self.slice, self.assignments, self.documents, self.random) = (slice, assignments, documents, random)
    }

    package var tokens: Int { assignments.count }

    /// Returns the positions of the tokens of word `word` of the slice.
    package func tokens(ofWord word: Int) -> Range<Int> {
        Int(slice.tokenStarts[word])..<Int(slice.tokenStarts[word + 1])
    }

    /// Whether n_dk is a recount of the assignments. O(tokens x topics of a document + documents x topics), for
    /// checks in debug builds.
    package var documentsMatchAssignments: Bool {
        var recount = DocumentTopics(
            documentLengths: slice.documentLengths, topics: documents.topics, form: documents.form)
        for (document, topic) in zip(slice.tokenDocuments, assignments) {
            recount.add(1, topic: Int(topic), document: Int(document))
        }
        return recount.rows() == documents.rows()
    }

    /// Counts the rows of n_wk for the words `words` from the assignments of all `states`.
    package static func recount(_ states: [SliceState], words: Range<Int>, topics: Int) -> SparseRows {
        var rows = SparseRows()
        var counts = [UInt32](repeating: 0, count: topics)
        for word in words {
            var seen: [UInt16] = []
            for state in states {
                for token in state.tokens(ofWord: word) {
                    let topic = state.assignments[token]
                    if counts[Int(topic)] == 0 { seen.append(topic) }
                    counts[Int(topic)] += 1
                }
            }
            for topic in seen.sorted() {
                rows.append(column: topic, amount: counts[Int(topic)])
                counts[Int(topic)] = 0
            }
            rows.endRow()
        }
        return rows
    }
}
