import Corpus
import TestSupport
import Testing

@Suite("Lists of words: gensim's ids, numbered lists, equal words, stop words")
struct WordListTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func words(_ text: String) throws -> [String] {
        let list = try WordTable(wordListFrom: folder.write(text, to: "list"))
        return (0..<list.count).map { String(decoding: list[$0], as: UTF8.self) }
    }

    @Test(
        "A list with ids is read in the order of the ids, any other in the order of its lines",
        arguments: [
            ("3\n2\tape\t7\n0\tbee\t1\n1\tcat\t2\n", ["bee", "cat", "ape"]),
            ("0\tbee\t1\n1\t17\t2\n", ["bee", "17"]), ("2\n0\t5\t1\n1\t17\t2\n", ["5", "17"]), ("0\ta b\t1\n", ["a b"]),
            ("ape\t7\t3\nbee\t2\t1\n", ["ape", "bee"]), ("17\t7\t3\n18\t2\t1\n", ["17", "18"]),
            ("1\n2\n3\n", ["1", "2", "3"]), ("2nd\n3d\n3,5-xylene\n1.x\n", ["2nd", "3d", "3,5-xylene", "1.x"]),
            ("7 up\nape\n", ["7 up", "ape"]), ("7 up\n", ["7 up"]), ("", []),
        ])
    func read(text: String, expected: [String]) throws {
        #expect(try words(text) == expected)
    }

    @Test(
        "A list that is numbered in another way is refused",
        arguments: [
            "0\tape\n1\tbee\n", "0 ape\n1 bee\n", "1,ape\n2,bee\n", "1. ape\n2. bee\n", "1\tape\t3\tx\n2\tbee\t4\tx\n",
            "5: ape\n3: bee\n", "2\n0 ape\n1 bee\n",
        ])
    func refused(text: String) throws {
        let path = folder("list")
        let line = text.hasPrefix("2\n") ? 2 : 1
        let example = text.split(separator: "\n")[line - 1]
        let error = CorpusError.numberedWords(file: path, line: line, text: Excerpt(Array(example.utf8)))
        #expect(throws: error) { try words(text) }
    }

    @Test(
        "Ids with a gap, or that occur twice, are refused",
        arguments: ["0\tape\t1\n2\tbee\t1\n", "0\tape\t1\n0\tbee\t1\n"])
    func gaps(text: String) throws {
        #expect(throws: CorpusError.wrongIDs(file: folder("list"), missing: 1, count: 2)) { try words(text) }
    }

    @Test("Words that are equal to earlier ones are counted in a warning, and their counts are added")
    func equal() throws {
        let path = try folder.write("2 0:1 1:2\n1 2:4\n", to: "k.ldac")
        var options = ReadingOptions()
        options.wordList = try folder.write("ape\nape\nbee\nape\n", to: "list")
        let corpus = try CorpusReader.read([path], plan: CorpusReaderTests.whole, blocks: 1, options: options)
        #expect(corpus.documents == [0: ["ape": 3], 1: ["bee": 4]])
        #expect(corpus.summary.inputWarnings == [.equalWords(file: options.wordList!, count: 2)])
    }

    @Test(
        "The words of a stop list are separated by white space, and numbers in further columns are ignored",
        arguments: [
            ("the foo\nbar\n", ["the", "foo", "bar"]), ("the\tfoo\n", ["the", "foo"]),
            ("the\t12\t3\n17\t2\t1\n", ["the", "17"]),
            ("  a  b 12\n\nc\n\n", ["a", "b", "12", "c"]), ("", []),
        ])
    func stopList(text: String, expected: [String]) throws {
        #expect(try StopWords.read(folder.write(text, to: "stops")) == expected.map { Array($0.utf8) })
    }

    @Test("A typographic apostrophe in a word or in a stop list is equal to a plain one")
    func apostrophes() throws {
        var rules = WordRules()
        rules.addStopWords(["don't", "l\u{2019}on", "o\u{2BC}z"].map { Array($0.utf8) })
        let text = "don't don\u{2019}t don\u{2BC}t don\u{FF07}t l'on l\u{2019}on o'z don\u{2018}t dont café\n"
        var options = ReadingOptions(format: .text)
        options.rules = rules
        let corpus = try CorpusReader.read(
            [folder.write(text, to: "text")], plan: CorpusReaderTests.whole, blocks: 1, options: options)
        #expect(Set(corpus.words) == ["don\u{2018}t", "dont", "café"])
    }

    @Test("What is left of the contractions in the English list is known")
    func contractions() {
        let known = Set(StopWords.english + StopWords.contractionParts)
        #expect(known.isSuperset(of: ["t", "s", "m", "d", "ll", "re", "ve", "don", "isn", "ain"]))
        for word in StopWords.english where word.contains("'") {
            #expect(word.split(separator: "'").allSatisfy { known.contains(String($0)) })
        }
    }
}
