import Corpus
import Testing

struct MalletFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .mallet, keepNames: true)

    init() throws { sample = try SampleCorpus() }

    @Test(
        "a line is split by MALLET's expression into name, label and text",
        arguments: [
            ("d1\ten\tone two one", "d1", ["one": 2, "two": 1]),
            ("d1 en one", "d1", ["one": 1]),
            ("d1, , en ,,one , two", "d1,", ["one": 1, ",": 1, "two": 1]),
            ("a,b c text", "a,b", ["text": 1]),
            ("d1 en", "d1", [:]),
            ("d1", "d1", [:]),
            (" en text more", "(line 1)", ["text": 1, "more": 1]),
            ("d1\u{B}en\u{C}caf\u{E9} \u{1F600}", "d1", ["caf\u{E9}": 1, "\u{1F600}": 1]),
        ] as [(String, String, [String: Int])])
    func cut(_ line: String, _ name: String, _ counts: [String: Int]) throws {
        let corpus = try sample.read("\(line)\nother x filler\n", Self.options)
        #expect(corpus.documents[0] == counts)
        #expect(corpus.names()[0] == name)
    }

    @Test("MALLET's format is never detected automatically")
    func notTold() throws {
        #expect(try sample.read("d1\ten\tone two\nd2\tde\tdrei vier\n").summary.format == .text)
    }

    @Test("the text can be split into the same words as by MALLET's import")
    func asMallet() throws {
        var options = Self.options
        options.tokenizer = Tokenizer(.mallet, lowercases: true)
        let corpus = try sample.read("1 X The U.S.A. isn't a well-known \"Place\", is it? (42)\n", options)
        #expect(corpus.documents == [0: ["the": 1, "u.s.a": 1, "isn't": 1, "well-known": 1, "place": 1]])
    }
}
