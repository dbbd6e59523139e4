import Corpus
import TestSupport
import Testing

@Suite("Choices for all formats: the first index, words that count once, quotes")
struct ReadingChoiceTests {
    private let sample: SampleCorpus

    init() throws { sample = try SampleCorpus() }

    private func options(_ format: InputFormat, base: Int? = nil, hasList: Bool = true) throws -> ReadingOptions {
        var options = ReadingOptions(format: format)
        options.indexBase = base
        if hasList { options.wordList = try sample.folder.write("a\nb\nc\n", to: "words") }
        return options
    }

    @Test("Indices begin at the number given, in every format that has them", arguments: [0, 1])
    func indexBase(base: Int) throws {
        let (first, second, third) = (base, base + 1, base + 2)
        let matrix = "%%MatrixMarket matrix coordinate integer general\n"
        for (format, text) in [
            (InputFormat.ldaC, "2 \(first):1 \(third):2\n1 \(second):3\n"),
            (.svmlight, "1 \(first):1 \(third):2\n0 \(second):3\n"),
            (.uci, "2\n3\n3\n\(first) \(first) 1\n\(first) \(third) 2\n\(second) \(second) 3\n"),
            (.matrixMarket, "\(matrix)2 3 3\n\(first) \(first) 1\n\(first) \(third) 2\n\(second) \(second) 3\n"),
        ] {
            let corpus = try sample.read(text, options(format, base: base))
            #expect(corpus.documents == [0: ["a": 1, "c": 2], 1: ["b": 3]], "\(format)")
            #expect(corpus.summary.reading.contains("--index-base=\(base)"))
            // Without a list, words are the numbers in the file.
            let numbers = try sample.read(text, options(format, base: base, hasList: false))
            #expect(numbers.documents[1] == ["\(second)": 3], "\(format)")
            // A number before the first or after the last is refused.
            if base == 1 {
                let shifted = text.replacing(":1", with: ":1").replacing("\(first):1", with: "0:1")
                    .replacing("\(first) \(first) 1", with: "1 0 1")
                #expect(try sample.refusal(of: shifted, options(format, base: 1)) != nil, "\(format)")
            } else {
                let shifted = text.replacing("2:2", with: "3:2").replacing("0 2 2", with: "0 3 2")
                #expect(try sample.refusal(of: shifted, options(format, base: 0)) != nil, "\(format)")
            }
        }
        #expect(try sample.refusal(of: "1 0:1\n", options(.ldaC, base: 1, hasList: false)) != nil)
    }

    @Test("With a given first index, svmlight with a list needs only one pass")
    func svmlightBase() throws {
        let corpus = try sample.read("1 1:1\n", options(.svmlight, base: 0))
        #expect(corpus.documents == [0: ["b": 1]])
        #expect(corpus.summary.findings.last == Finding("indices_from", "0"))
    }

    @Test("A word counts once in a document, whatever the format, and however often it occurs")
    func binarize() throws {
        for (text, format) in [
            ("d\ta:3\tb:1\ta:2\ne\tb:300\tb:1\nf\n", InputFormat.distLDA), ("a a b a\nb b\n\n", .text),
            ("3\n2\n5\n1 1 3\n1 2 1\n1 1 1\n2 2 300\n2 2 1\n", .uci),
            ("3\n2\n5\n2 2 300\n1 1 3\n1 2 1\n1 1 1\n2 2 1\n", .uci),
        ] {
            var options = ReadingOptions(format: format, keepNames: true)
            options.binarizes = true
            if format == .uci { options.wordList = try sample.folder.write("a\nb\n", to: "words") }
            for cores in [1, 2] {
                let plan = SlicePlan(shards: 1, cores: cores, thisShard: 0)
                let corpus = try sample.read(text, plan: plan, options)
                #expect(corpus.documents == [0: ["a": 1, "b": 1], 1: ["b": 1], 2: [:]])
                #expect(corpus.summary.tokens == 3 && corpus.slices.flatMap(\.documentLengths).sorted() == [0, 1, 2])
                #expect(corpus.summary.reading.contains("--binarize"))
            }
            var streamed: [[UInt32]] = []
            let path = try sample.folder.write(text, to: "stream")
            let summary = try DocumentStream.read([path], options: options) { document, _ in
                streamed.append(document.counts)
            }
            #expect(streamed == [[1, 1], [1], []] && summary.tokens == 3)
        }
    }

    @Test("Without quotes, every line of a table is a record, and quotes belong to words")
    func noQuotes() throws {
        var options = ReadingOptions(format: .tsv, keepNames: true)
        options.fields = FieldOptions(text: "text", id: "id", hasQuotes: false)
        let corpus = try sample.read("id\ttext\n1\t\"one two\n2\tthree \"four\"\n\"3\"\t5\"\n", options)
        #expect(
            corpus.documents == [0: ["\"one": 1, "two": 1], 1: ["three": 1, "\"four\"": 1], 2: ["5\"": 1]])
        #expect(corpus.names() == ["1", "2", "\"3\""])
        #expect(corpus.summary.reading.contains("--no-quotes"))
        #expect(try sample.refusal(of: "a b\n", ReadingOptions(format: .text)) == nil)
        options.format = .text
        options.fields = FieldOptions(hasQuotes: false)
        guard case .wrongFlag("--no-quotes", _, .text) = try sample.refusal(of: "a b\n", options) else {
            Issue.record("not refused")
            return
        }
    }
}
