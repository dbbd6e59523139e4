import Corpus
import Testing

struct DocumentNamesTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .distLDA, keepNames: true)

    init() throws { sample = try SampleCorpus() }

    @Test("names are in the order of the documents in every slice")
    func names() throws {
        let text = "a\tx:1\nb c:1\tx:1\n\u{E9}\nd\tx:1\n"
        let plan = SlicePlan(shards: 1, cores: 2, thisShard: 0)
        let corpus = try sample.read(text, plan: plan, Self.options)
        #expect(corpus.names(slice: 0) == ["a", "\u{E9}"])
        #expect(corpus.names(slice: 1) == ["b c:1", "d"])
    }

    @Test("names are not kept unless requested")
    func notKept() throws {
        #expect(try sample.read("a\tx:1\n").documentNames.isEmpty)
    }

    @Test("equal names get line numbers and are counted over all shards")
    func duplicates() throws {
        let text = "same\tx:1\nother\tx:1\nsame\tx:1\nsame\tx:1\n\n\nlast\tx:1\n"
        let whole = try sample.read(text, Self.options)
        #expect(
            whole.names() == [
                "same (line 1)", "other", "same (line 3)", "same (line 4)", "(line 5)", "(line 6)", "last",
            ])
        #expect(whole.summary.duplicateNames == 2)
        for shard in 0..<3 {
            let part = try sample.read(text, plan: SlicePlan(shards: 3, cores: 1, thisShard: shard), Self.options)
            #expect(part.summary.duplicateNames == 2)
            #expect(part.names() == part.slices[0].documentLines.map { whole.names()[$0] })
        }
    }

    @Test("many names, of which few are equal")
    func manyNames() throws {
        let text = (0..<5_000).map { "n\($0 % 4_990)\tx:1\n" }.joined()
        let corpus = try sample.read(text, Self.options)
        #expect(corpus.summary.duplicateNames == 10)
        #expect(Set(corpus.names()).count == 5_000)
    }

    @Test("in text, a document is named by its line number, and there are no duplicates")
    func text() throws {
        let plan = SlicePlan(shards: 2, cores: 1, thisShard: 1)
        let corpus = try sample.read("\na\na\na\n", plan: plan, ReadingOptions(keepNames: true))
        #expect(corpus.names() == ["2", "4"])
        #expect(corpus.summary.duplicateNames == 0)
    }

    @Test("blank lines before the format is known are documents without a name, in either format")
    func blankFirst() throws {
        let options = ReadingOptions(keepNames: true)
        #expect(try sample.read("\n \nd\tx:1\n", options).names() == ["(line 1)", "(line 2)", "d"])
        #expect(try sample.read("\n \nword\n", options).names() == ["1", "2", "3"])
    }

    @Test(
        "every line with the name of an earlier line is counted, for any number of lines",
        arguments: [1, 255, 256, 257, 2_000])
    func duplicates(_ names: Int) throws {
        let once = (0..<names).map { "name\($0)\ta:1\n" }.joined()
        #expect(try sample.read(once).summary.duplicateNames == 0)
        #expect(try sample.read(once + once + "name0\ta:1\n").summary.duplicateNames == names + 1)
    }
}
