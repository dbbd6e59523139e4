import Conversion
import Corpus
import Counts
import LDA
import Models
import Sampling
import TestSupport
import Testing

@Suite("A chain that starts from a model")
struct InitialTopicsFromModelTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Reads a corpus of the model's documents, with one slice per core.
    private func corpus(_ tiny: TinyModel, cores: Int) throws -> ShardCorpus {
        let lines = tiny.documents.map { document in
            String(decoding: document.name, as: UTF8.self)
                + document.tokens.map { "\t" + String(decoding: tiny.words[$0.word], as: UTF8.self) + ":1" }.joined()
        }
        let path = try folder.write(lines.map { $0 + "\n" }.joined(), to: "corpus.lda")
        return try CorpusReader.read(
            [path], plan: SlicePlan(shards: 1, cores: cores, thisShard: 0), blocks: 3,
            options: ReadingOptions(format: .distLDA, keepNames: true))
    }

    private func state(_ tiny: TinyModel) throws -> StateModel {
        try StateModel([folder.gzip([tiny.written(.state, names: ["state.gz"])["state.gz"]!], to: "state.gz")])
    }

    private func states(_ corpus: ShardCorpus, _ assignments: [[UInt16]], topics: Int) -> [SliceState] {
        corpus.slices.indices.map { slice in
            SliceState(
                corpus.slices[slice], topics: topics, seed: 1, stream: slice, assignments: assignments[slice])
        }
    }

    @Test(
        "A chain that starts from a state has the counts of the state, with any number of cores", arguments: [1, 2, 5],
        1...5)
    func fromState(cores: Int, seed: UInt64) throws {
        let tiny = TinyModel.random(seed: seed, topics: 6, words: 15, documents: 40, longest: 400)
        let corpus = try corpus(tiny, cores: cores)
        let assignments = try InitialTopicsFromModel(corpus: corpus, file: "state.gz").assignments(from: state(tiny))
        let states = states(corpus, assignments, topics: 6)
        let rows = SliceState.recount(states, words: 0..<corpus.vocabulary.count, topics: 6)
        for word in 0..<corpus.vocabulary.count {
            let row = tiny.words.firstIndex(of: corpus.vocabulary.word(word))!
            let (mine, theirs) = (rows.range(of: word), tiny.model.words.rows.range(of: row))
            #expect(Array(rows.columns[mine]) == Array(tiny.model.words.rows.columns[theirs]))
            #expect(Array(rows.amounts[mine]) == Array(tiny.model.words.rows.amounts[theirs]))
        }
        for (slice, state) in states.enumerated() {
            for (document, line) in corpus.slices[slice].documentLines.enumerated() {
                var counts: [Int: Int] = [:]
                for token in tiny.documents[line].tokens { counts[token.topic, default: 0] += 1 }
                let found = Dictionary(
                    uniqueKeysWithValues: state.documents.topics(of: document).map { ($0.topic, $0.count) })
                #expect(found == counts)
            }
        }
    }

    @Test("A word with white space is found by its spelling in a state")
    func whiteSpace() throws {
        let tiny = TinyModel.golden
        let assignments = try InitialTopicsFromModel(corpus: corpus(tiny, cores: 1), file: "state.gz").assignments(
            from: state(tiny))
        #expect(assignments[0].count == 7)
    }

    @Test("The state of another corpus is refused, and the error has the difference")
    func otherCorpus() throws {
        let tiny = TinyModel.random(seed: 1, topics: 3, words: 9, documents: 10)
        var more = tiny.documents
        more[2].tokens.append(.init(word: 4, topic: 1))
        let other = TinyModel(words: tiny.words, documents: more, alpha: tiny.alpha, beta: tiny.beta)
        func error(_ corpus: TinyModel, _ state: TinyModel) throws -> String {
            let error = #expect(throws: ModelFileError.self) {
                try InitialTopicsFromModel(corpus: self.corpus(corpus, cores: 2), file: "s").assignments(
                    from: self.state(state))
            }
            return "\(try #require(error))"
        }
        #expect(
            try error(tiny, other).contains(
                "document 2 of the state has \"word4\" more often than row 3 of the corpus"))
        let tokens = tiny.model.tokens
        #expect(
            try error(other, tiny).contains("it has \(tokens) of the \(tokens + 1) tokens of this shard's documents"))
    }

    @Test("Words that differ only in white space are distinguished in a state", arguments: [StatePart.whole, .first])
    func whiteSpace(part: StatePart) throws {
        let words = ["new york", "new_york", "york"].map { Array($0.utf8) }
        let tokens = (0..<30).map { TinyModel.Token(word: $0 % 3, topic: $0 % 3) }
        let tiny = TinyModel(words: words, documents: [(Array("d".utf8), tokens)], alpha: [1, 1, 1], beta: 1)
        let state = try StateModel([
            folder.gzip([tiny.written(.state, part: part, names: ["state.gz"])["state.gz"]!], to: "state.gz")
        ])
        let corpus = try corpus(tiny, cores: 1)
        let topics = try InitialTopicsFromModel(corpus: corpus, file: "s").assignments(from: state)
        for (word, label) in words.enumerated() {
            let number = try #require(corpus.vocabulary.index(of: label))
            let tokens = corpus.slices[0].tokenStarts[number]..<corpus.slices[0].tokenStarts[number + 1]
            #expect(tokens.map { topics[0][Int($0)] } == Array(repeating: UInt16(word), count: 10))
        }
    }

    @Test("From a dump, tokens start in the topics of their words and documents in the dump")
    func fromDump() throws {
        // Words 0 to 4 have topic 0 and words 5 to 9 topic 1; word 10 has both, depending on the document.
        let documents = (0..<40).map { document in
            (
                name: Array("d\(document)".utf8),
                tokens: (0..<30).map { token in
                    TinyModel.Token(word: token < 20 ? document % 2 * 5 + token % 5 : 10, topic: document % 2)
                }
            )
        }
        let tiny = TinyModel(
            words: (0..<11).map { Array("w\($0)".utf8) }, documents: documents, alpha: [0.01, 0.01], beta: 0.001)
        let path = try DistLDADump(tiny.model, documents: LabelledRows(of: tiny)).write(to: folder.path)
        let corpus = try corpus(tiny, cores: 2)
        let priors = Priors(alpha: tiny.alpha, beta: tiny.beta)
        func topics(seed: UInt64) throws -> [[UInt16]] {
            InitialTopicsFromModel(corpus: corpus, file: path).assignments(
                from: try DumpModel(path), priors: priors, seed: seed, shard: 0)
        }
        let first = try topics(seed: 1)
        #expect(try first == topics(seed: 1))
        var (right, all) = (0, 0)
        for (slice, state) in states(corpus, first, topics: 2).enumerated() {
            for (document, line) in corpus.slices[slice].documentLines.enumerated() {
                right += state.documents.topics(of: document).first { $0.topic == line % 2 }?.count ?? 0
                all += 30
            }
        }
        #expect(all == 40 * 30 && right > all * 98 / 100)

        // Without documents the topics depend only on the words: about half of word 10 is in each topic.
        let bare = try DistLDADump(tiny.model).write(to: folder.path)
        let drawn = InitialTopicsFromModel(corpus: corpus, file: bare).assignments(
            from: try DumpModel(bare), priors: priors, seed: 1, shard: 0)
        let word = try #require(corpus.vocabulary.index(of: Array("w10".utf8)))
        var shared = [0, 0]
        for (slice, topics) in drawn.enumerated() {
            let starts = corpus.slices[slice].tokenStarts
            for token in Int(starts[word])..<Int(starts[word + 1]) { shared[Int(topics[token])] += 1 }
        }
        #expect(shared.reduce(0, +) == 400 && shared.allSatisfy { $0 > 120 })
    }

    @Test("Every token has a topic even if the dump does not have its word")
    func unknownWords() throws {
        let tiny = TinyModel.random(seed: 2, topics: 3, words: 8, documents: 12)
        let other = TinyModel(words: [Array("else".utf8)], documents: [], alpha: tiny.alpha, beta: tiny.beta)
        let path = try DistLDADump(other.model).write(to: folder.path)
        let corpus = try corpus(tiny, cores: 1)
        let topics = InitialTopicsFromModel(corpus: corpus, file: path).assignments(
            from: try DumpModel(path), priors: Priors(alpha: tiny.alpha, beta: tiny.beta), seed: 1, shard: 0)
        #expect(topics[0].count == tiny.model.tokens && topics[0].allSatisfy { $0 < 3 })
        #expect(Set(topics[0]).count == 3)
    }
}
