package import Corpus
package import Counts

/// One core's part of the chain: the tokens of its slice, the topic of each, and the topics of its documents.
///
/// The tokens lie as in `CorpusSlice`: word after word, within a word by document. Memory besides the slice itself:
/// 2 bytes a token and `DocumentTopics`.
package struct SliceState: Sendable {
    package let slice: CorpusSlice
    /// z: N topics.
    package internal(set) var assignments: [UInt16]
    package internal(set) var documents: DocumentTopics
    package var random: Xoshiro256

    /// Starts the chain: every document in 1 + length / 8 topics drawn at random, each of its tokens in one of those.
    ///
    /// Few topics to a document make the first sweeps fast, for their cost is the topics of the documents, and bring the
    /// chain sooner to a good model than a random topic for each token (DocumentTopics lists are short from the start).
    /// The topics of a document depend on the seed and its line alone, not on shards and cores.
    package init(
        _ slice: CorpusSlice, topics: Int, seed: UInt64, stream: Int, form: DocumentTopics.Form? = nil
    ) {
        self.slice = slice
        random = Xoshiro256(seed: seed, stream: UInt64(stream))
        documents = DocumentTopics(documentLengths: slice.documentLengths, topics: topics, form: form)
        assignments = []
        assignments.reserveCapacity(slice.tokenDocuments.count)
        for document in slice.tokenDocuments {
            let choices = 1 + Int(slice.documentLengths[Int(document)]) / 8
            let choice = UInt64(random.next(below: choices))
            let line = UInt64(slice.documentLines[Int(document)])
            var draw = Xoshiro256(seed: seed ^ choice &* SplitMix64.increment, stream: ~line)
            let topic = draw.next(below: topics)
            assignments.append(UInt16(topic))
            documents.add(1, topic: topic, document: Int(document))
        }
    }

    package var tokens: Int { assignments.count }

    /// Where the tokens of the slice's word `word` lie.
    package func tokens(ofWord word: Int) -> Range<Int> {
        Int(slice.tokenStarts[word])..<Int(slice.tokenStarts[word + 1])
    }

    /// Rows of n_wk for the words `words`, counted anew from the assignments of all `states`.
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
