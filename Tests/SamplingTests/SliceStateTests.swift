import Corpus
import Counts
import Sampling
import TestSupport
import Testing

@Suite("The start of a chain")
struct SliceStateTests {
    /// For each document, the topics of its tokens by word, in ascending order.
    private typealias Start = [[Int: [UInt16]]]

    /// Returns the start of documents, which are lists of words 0 ..< 12, in a slice that gives word w the number
    /// `numbers[w]`.
    private func start(
        of documents: [[Int]], numbers: [Int] = Array(0..<12), topics: Int = 1000, seed: UInt64 = 1, stream: Int = 0
    ) -> Start {
        var words = [Int](repeating: 0, count: numbers.count)
        for (word, number) in numbers.enumerated() { words[number] = word }
        let slice = TinyCorpus.slice(documents.map { $0.map { numbers[$0] } }, words: numbers.count)
        let state = SliceState(slice, topics: topics, seed: seed, stream: stream) { UInt64(words[$0]) }
        var start = Start(repeating: [:], count: documents.count)
        for number in numbers.indices {
            for token in state.tokens(ofWord: number) {
                let document = Int(slice.tokenDocuments[token])
                start[document][words[number], default: []].append(state.assignments[token])
            }
        }
        return start.map { $0.mapValues { $0.sorted() } }
    }

    private func topics(_ document: [Int: [UInt16]]) -> Set<UInt16> {
        Set(document.values.joined())
    }

    /// A document of 400 tokens with all twelve words.
    private let long = (0..<400).map { ($0 * $0 + $0 / 7) % 12 }

    @Test("puts every document in a few topics, depending on its length")
    func few() {
        let documents = TinyCorpus.twoThemes + [long]
        for (document, start) in zip(documents, start(of: documents)) {
            #expect(start.values.joined().count == document.count)
            #expect(topics(start).count <= 8 + document.count / 8)
            #expect(topics(start).isEmpty == document.isEmpty)
        }
    }

    @Test("puts a long document in more than two topics")
    func several() {
        #expect(topics(start(of: [long])[0]).count > 2)
    }

    @Test("puts documents with the same words in the same topics, but not token by token", arguments: 1...5)
    func alike(seed: UInt64) {
        let start = start(of: [long, [3, 4], long.reversed()], seed: seed)
        #expect(topics(start[0]) == topics(start[2]))
        #expect(start[0] != start[2])
    }

    @Test("puts documents without common words in different topics", arguments: 1...5)
    func unlike(seed: UInt64) {
        let topics = start(of: [[0, 1, 2, 0], [3, 4, 5, 4]], topics: 65536, seed: seed).map(self.topics)
        #expect(topics[0].isDisjoint(with: topics[1]))
    }

    @Test("depends only on seed, line and words, not on other documents, word numbers or slices")
    func independence() {
        let whole = start(of: TinyCorpus.twoThemes + [long])
        let renumbered = start(of: TinyCorpus.twoThemes + [long], numbers: [7, 3, 9, 0, 11, 5, 1, 8, 10, 2, 6, 4])
        let alone = start(of: Array(repeating: [], count: TinyCorpus.twoThemes.count) + [long], stream: 9)
        #expect(renumbered == whole)
        #expect(alone.last == whole.last)
        #expect(start(of: [long], seed: 2) != start(of: [long], seed: 3))
        #expect(topics(start(of: [long], seed: 2)[0]) != topics(start(of: [long], seed: 3)[0]))
    }

    @Test("uses all topics equally, up to the last one", arguments: [1, 2, 3, 100, 65536])
    func spread(topics: Int) {
        // Every document has one word, and therefore one topic.
        let slice = TinyCorpus.slice((0..<1000).map { [$0] }, words: 1000)
        let state = SliceState(slice, topics: topics, seed: 4, stream: 0)
        var counts = [Int](repeating: 0, count: min(topics, 10))
        for topic in state.assignments { counts[Int(topic) * counts.count / topics] += 1 }
        let expected = 1000 / Double(counts.count)
        let limit = 5 * expected.squareRoot()
        #expect(counts.allSatisfy { abs(Double($0) - expected) < limit }, "\(counts)")
    }

    @Test("counts the topics of each document from its tokens", arguments: [1, 3, 1000])
    func counts(topics: Int) {
        let documents = TinyCorpus.twoThemes + [long]
        let state = SliceState(TinyCorpus.slice(documents, words: 12), topics: topics, seed: 1, stream: 0)
        var counts = [[UInt32]](repeating: [UInt32](repeating: 0, count: topics), count: documents.count)
        for (token, topic) in state.assignments.enumerated() {
            counts[Int(state.slice.tokenDocuments[token])][Int(topic)] += 1
        }
        #expect(state.documents.rows() == SparseRows(dense: counts))
    }

    @Test("leaves room for the longest document that fits", arguments: [1, 2, 100, 1024, 65536])
    func longest(topics: Int) {
        let most = DocumentTopics.maxDocumentTokens(topics: topics)
        #expect(most >= 65535)
        #expect((most + 1) * topics <= 1 << 32)
    }
}
