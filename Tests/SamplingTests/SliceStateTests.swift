import Corpus
import Counts
import Sampling
import TestSupport
import Testing

@Suite("The start of a chain")
struct SliceStateTests {
    private func topics(of documents: [[Int]], seed: UInt64, stream: Int) -> [Set<UInt16>] {
        let state = SliceState(
            TinyCorpus.slice(documents, words: 12), topics: 1000, seed: seed, stream: stream)
        var topics = [Set<UInt16>](repeating: [], count: documents.count)
        for (token, topic) in state.assignments.enumerated() {
            topics[Int(state.slice.tokenDocuments[token])].insert(topic)
        }
        return topics
    }

    @Test("puts every document in few topics, by its length")
    func few() {
        for (document, topics) in zip(TinyCorpus.twoThemes, topics(of: TinyCorpus.twoThemes, seed: 1, stream: 0)) {
            #expect(topics.count <= 1 + document.count / 8)
            #expect(topics.isEmpty == document.isEmpty)
        }
    }

    @Test("chooses a document's topics by seed and line alone, not by slice")
    func independence() {
        let long = [Array(repeating: 3, count: 400)]
        #expect(topics(of: long, seed: 5, stream: 0) == topics(of: long, seed: 5, stream: 9))
        #expect(topics(of: long, seed: 5, stream: 0) != topics(of: long, seed: 6, stream: 0))
    }

    @Test("leaves room for the longest document that fits", arguments: [1, 2, 100, 1024, 65536])
    func longest(topics: Int) {
        let most = DocumentTopics.maxDocumentTokens(topics: topics)
        #expect(most >= 65535)
        #expect((most + 1) * topics <= 1 << 32)
    }
}
