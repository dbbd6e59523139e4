import Corpus
import TestSupport
import Testing

struct SVMlightFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .svmlight)

    init() throws { sample = try SampleCorpus() }

    @Test("a file with labels, queries, comments and reals is detected and read")
    func golden() throws {
        let text = "# made by hand\n+1 1:2 3:1 # first\n-1 qid:7 2:1.0\n\n2:4\n0.5\n"
        let corpus = try sample.read(text)
        #expect(corpus.summary.format == .svmlight)
        #expect(corpus.documents == [0: ["1": 2, "3": 1], 1: ["2": 1], 2: [:], 3: ["2": 4], 4: [:]])
        #expect(corpus.summary.findings == [Finding("words", "numbers"), Finding("indices_from", "1")])
    }

    @Test("every shard detects whether indices begin at 0 or 1", arguments: [1, 2])
    func base(_ shards: Int) throws {
        var options = Self.options
        options.wordList = try sample.folder.write("a\nb\nc\n", to: "words")
        let list = Finding("word_list", sample.folder("words"))
        for (text, first, expected) in [
            ("1 1:1 3:2\n1 2:1\n", "1", [0: ["a": 1, "c": 2], 1: ["b": 1]]),
            ("1 1:1 2:2\n1 0:1\n", "0", [0: ["b": 1, "c": 2], 1: ["a": 1]]),
        ] {
            var documents: [Int: [String: Int]] = [:]
            for shard in 0..<shards {
                let plan = SlicePlan(shards: shards, cores: 1, thisShard: shard)
                let corpus = try sample.read(text, plan: plan, options)
                documents.merge(corpus.documents) { _, new in new }
                #expect(corpus.summary.findings == [list, Finding("indices_from", first)])
            }
            #expect(documents == expected)
        }
    }

    @Test("an index beyond the word list is refused, and the error has the valid range")
    func range() throws {
        var options = Self.options
        options.wordList = try sample.folder.write("a\nb\n", to: "words")
        let error = CorpusError.badLine(
            file: sample.folder("corpus"), line: 1, column: 3, text: Excerpt(Array("3:1".utf8)),
            fault: .outOfRange(what: "word", first: 1, count: 2))
        #expect(try sample.refusal(of: "1 3:1\n", options) == error)
    }

    @Test("fractions, negative values and text are refused", arguments: ["1:0.5", "1:-1", "word", "a:1"])
    func faults(_ cell: String) throws {
        #expect(try sample.refusal(of: "1 \(cell)\n", Self.options) != nil)
        var options = Self.options
        options.skipBadLines = true
        #expect(try sample.read("1 \(cell)\n1 2:1\n", options).documents == [0: [:], 1: ["2": 1]])
    }
}
