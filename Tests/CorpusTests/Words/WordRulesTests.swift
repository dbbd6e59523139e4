import Corpus
import TestSupport
import Testing

struct WordRulesTests {
    let sample: SampleCorpus
    /// The words a b c d e have 4 3 3 2 1 tokens and are in 3 2 3 1 1 of 5 documents, of which one is empty.
    private static let text = "a b b c\n\na a c d d\na c\nb e\n"

    init() throws { sample = try SampleCorpus() }

    private func read(_ change: (inout WordRules) throws -> Void, shards: Int = 1) throws -> ShardCorpus {
        var options = ReadingOptions()
        try change(&options.rules)
        return try sample.read(Self.text, plan: SlicePlan(shards: 1, cores: 2, thisShard: 0), options)
    }

    private func kept(_ change: (inout WordRules) throws -> Void) throws -> Set<String> {
        Set(try read(change).words)
    }

    @Test("each rule removes the words to which it applies")
    func rules() throws {
        #expect(try kept { _ in } == ["a", "b", "c", "d", "e"])
        #expect(try kept { $0.stopWords = [Array("a".utf8), Array("x".utf8)] } == ["b", "c", "d", "e"])
        #expect(try kept { $0.minDocuments = .count(2) } == ["a", "b", "c"])
        #expect(try kept { $0.minDocuments = .share(0.4) } == ["a", "b", "c"])
        #expect(try kept { $0.minDocuments = .share(0.41) } == ["a", "c"])
        #expect(try kept { $0.maxDocuments = .count(1) } == ["d", "e"])
        #expect(try kept { $0.maxDocuments = .share(0.4) } == ["b", "d", "e"])
        #expect(try kept { $0.minTokens = 3 } == ["a", "b", "c"])
        #expect(try kept { $0.removedTop = 1 } == ["b", "c", "d", "e"])
        #expect(try kept { $0.removedTop = 2 } == ["c", "d", "e"])
        #expect(try kept { $0.maxWords = 2 } == ["a", "b"])
        #expect(
            try kept {
                $0.removedTop = 1
                $0.maxWords = 2
            } == ["b", "c"])
        let list = try sample.folder.write("b\t7\t1\nnowhere\ne\n\n", to: "list")
        #expect(try kept { $0.vocabulary = try WordTable(readingFrom: list) } == ["b", "e"])
    }

    @Test("a removed word is counted for the first rule that applies, and documents keep their rows")
    func removals() throws {
        let corpus = try read {
            $0.stopWords = [Array("a".utf8)]
            $0.minDocuments = .count(2)
            $0.maxWords = 1
        }
        #expect(corpus.summary.removals.map(\.rule) == [.stopWords, .minDocuments, .maxWords])
        #expect(corpus.summary.removals.map(\.words) == [1, 2, 1])
        #expect(corpus.summary.removals.map(\.tokens) == [4, 3, 3])
        #expect(corpus.documents == [0: ["b": 2], 1: [:], 2: [:], 3: [:], 4: ["b": 1]])
        #expect(corpus.summary.tokens == 3)
        #expect(corpus.summary.words == 1)
        #expect(corpus.summary.emptyDocuments == 3)
        #expect(corpus.slices.map(\.documentLengths) == [[2, 0, 1], [0, 0]])
    }

    @Test("a corpus is refused if all its words are removed")
    func nothingLeft() throws {
        #expect(throws: CorpusError.noWordsLeft(removed: 5)) { try kept { $0.minTokens = 9 } }
    }

    @Test("removing words is equivalent to reading a corpus without them", arguments: 0..<6 as Range<UInt64>, 1...3)
    func property(_ seed: UInt64, _ cores: Int) throws {
        let corpus = WrittenCorpus(seed: seed, documents: 60)
        var input = try corpus.write(as: .text, to: sample.folder)
        let plan = SlicePlan(shards: 1, cores: cores, thisShard: 0)
        let whole = corpus.expected
        let least = 12 + Int(seed)
        input.options.rules.minDocuments = .count(least)
        input.options.rules.stopWords = [Array("a".utf8)]
        let found = try CorpusReader.read(input.paths, plan: plan, blocks: 3, options: input.options)
        var frequency: [String: Int] = [:]
        for counts in whole.values { for word in counts.keys { frequency[word, default: 0] += 1 } }
        let expected = whole.mapValues { $0.filter { $0.key != "a" && frequency[$0.key]! >= least } }
        #expect(found.documents == expected)
        let lengths = found.slices.flatMap { zip($0.documentLines, $0.documentLengths) }
        for (line, length) in lengths { #expect(Int(length) == expected[line]!.values.reduce(0, +)) }
        let removed = found.summary.removals.reduce(0) { $0 + $1.tokens }
        #expect(found.summary.tokens + removed == whole.values.reduce(0) { $0 + $1.values.reduce(0, +) })
        for slice in found.slices {
            let isLong = slice.documentLengths.map { Int($0) >= CorpusSlice.longDocument }
            #expect(isLong == isLong.sorted { $0 && !$1 }, "long documents come first")
        }
    }

    @Test("counts above the limit of a narrow cell are kept when other words are removed")
    func wideCells() throws {
        var options = ReadingOptions()
        options.rules.stopWords = [Array("x".utf8)]
        let corpus = try sample.read("d\tx:300\ta:70000\tx:1\ne\tx:1\tb:256\nf\tb:255\ta:1\n", options)
        #expect(corpus.documents == [0: ["a": 70_000], 1: ["b": 256], 2: ["b": 255, "a": 1]])
    }

    @Test("the English list is in lower case and has each word once")
    func english() {
        #expect(Set(StopWords.english).count == StopWords.english.count)
        #expect(StopWords.english.allSatisfy { $0 == $0.lowercased() && !$0.isEmpty })
        #expect(Set(["the", "and", "don't", "i"]).isSubset(of: StopWords.english))
    }

    @Test("a word list with a line without a word is refused at that line", arguments: ["a\n\nb\n", "a\n\tx\n"])
    func blankLine(text: String) throws {
        let path = try sample.folder.write(text, to: "list")
        let error = CorpusError.badLine(
            file: path, line: 2, column: 1, text: Excerpt([]), fault: .expected("a word"))
        #expect(throws: error) { try WordTable(readingFrom: path) }
    }

    @Test("the description of the reading has all options that influence words, and no others")
    func description() throws {
        func reading(_ change: (inout ReadingOptions) -> Void) throws -> String {
            var options = ReadingOptions(format: .text)
            change(&options)
            return try sample.read(Self.text, options).summary.reading
        }
        #expect(try reading { _ in } == "--input-format=text")
        #expect(try reading { $0.maxLine = 1_000 } == "--input-format=text")
        #expect(
            try reading {
                $0.tokenizer = Tokenizer(.unicode, lowercases: true)
                $0.rules.minDocuments = .count(1)
                $0.rules.maxDocuments = .share(0.9)
            } == "--input-format=text --tokens=unicode --lowercase --min-df=1 --max-df=0.9")
        let stops: [Set<[UInt8]>] = [[[1]], [[2]], [[1], [2]]]
        #expect(Set(try stops.map { words in try reading { $0.rules.stopWords = words } }).count == 3)
    }
}
