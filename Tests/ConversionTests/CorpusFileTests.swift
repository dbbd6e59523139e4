import Conversion
import Corpus
import Foundation
import TestSupport
import Testing

@Suite("Writing a corpus in every format")
struct CorpusFileTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private struct Known {
        var name: String
        var words: [String]
    }

    private let corpus = [
        Known(name: "d 0", words: ["bee", "a b", "bee", "c:d"]), Known(name: "empty", words: []),
        Known(name: "d2", words: ["=x", "naïve", "bee"]),
    ]

    /// Writes documents; words are numbered in the order of first occurrence.
    private func write(_ documents: [Known], as format: CorpusFormat) throws -> CorpusFile.Written {
        var words: [String] = []
        var file = try CorpusFile(format, name: "tiny", in: folder.path)
        for (index, document) in documents.enumerated() {
            let numbers = document.words.map { word -> UInt32 in
                if !words.contains(word) { words.append(word) }
                return UInt32(words.firstIndex(of: word)!)
            }
            try file.append(
                CorpusDocument(
                    index: index, name: Array(document.name.utf8), words: numbers, counts: numbers.map { _ in 1 })
            ) { Array(words[Int($0)].utf8) }
        }
        return try file.finish(words: words.count) { Array(words[Int($0)].utf8) }
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try folder.contents(of: name), as: UTF8.self)
    }

    @Test(
        "Files have the expected bytes",
        arguments: [
            (CorpusFormat.distLDA, ["tiny.lda": "d 0\tbee:2\ta b:1\tc:d:1\nempty\nd2\tbee:1\t=x:1\tnaïve:1\n"]),
            (.text, ["tiny.txt": "bee a_b bee c:d\n\n=x naïve bee\n", "tiny.documents": "d_0\nempty\nd2\n"]),
            (.mallet, ["tiny.mallet": "d_0 X bee a_b bee c:d\nempty X \nd2 X =x naïve bee\n"]),
            (
                .ldaC,
                [
                    "tiny.ldac": "3 0:2 1:1 2:1\n0\n3 0:1 3:1 4:1\n", "tiny.vocab": "bee\na_b\nc:d\n=x\nnaïve\n",
                    "tiny.documents": "d_0\nempty\nd2\n",
                ]
            ),
            (
                .svmlight,
                [
                    "tiny.svm": "0 1:2 2:1 3:1\n0\n0 1:1 4:1 5:1\n", "tiny.vocab": "bee\na_b\nc:d\n=x\nnaïve\n",
                    "tiny.documents": "d_0\nempty\nd2\n",
                ]
            ),
            (
                .jsonl,
                [
                    "tiny.jsonl": """
                    {"id": "d 0", "text": ["bee", "a b", "bee", "c:d"]}
                    {"id": "empty", "text": []}
                    {"id": "d2", "text": ["=x", "naïve", "bee"]}

                    """
                ]
            ),
            (
                .uci,
                [
                    "docword.tiny.txt":
                        "3                  \n5                  \n6                  \n1 1 2\n1 2 1\n1 3 1\n"
                        + "3 1 1\n3 4 1\n3 5 1\n",
                    "vocab.tiny.txt": "bee\na_b\nc:d\n=x\nnaïve\n", "tiny.documents": "d_0\nempty\nd2\n",
                ]
            ),
            (
                .matrixMarket,
                [
                    "tiny.mm": """
                    %%MatrixMarket matrix coordinate real general
                    3                   5                   6                  
                    1 1 2
                    1 2 1
                    1 3 1
                    3 1 1
                    3 4 1
                    3 5 1

                    """, "tiny.vocab": "bee\na_b\nc:d\n=x\nnaïve\n", "tiny.documents": "d_0\nempty\nd2\n",
                ]
            ),
        ])
    func golden(format: CorpusFormat, files: [String: String]) throws {
        let written = try write(corpus, as: format)
        #expect(Set(written.files) == Set(files.keys))
        for (name, contents) in files { #expect(try text(name) == contents) }
        #expect(written.documents == 3 && written.words == 5)
        let hasPlace = format == .distLDA || format == .jsonl
        #expect(written.replacedWords == (hasPlace ? 0 : 1) && written.replacedNames == (hasPlace ? 0 : 1))
    }

    @Test(
        "Different words that a format would hold in the same form are refused, and nothing is written",
        arguments: CorpusFormat.allCases)
    func collisions(format: CorpusFormat) throws {
        let words = ["new york", "new_york", "new\tyork"]
        for words in [words, Array(words.reversed()), ["a\tb", "a_b"], ["a_b", "x", "a\tb"]] {
            let documents = words.map { Known(name: "d", words: [$0, "x"]) }
            if format == .jsonl {
                #expect(try write(documents, as: format).replacedWords == 0)
            } else {
                let collision = #expect(throws: WordCollision.self) { try write(documents, as: format) }
                #expect("\(try #require(collision))".contains("are different words, but \(format.rawValue) would"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            }
        }
    }

    @Test("In MALLET's instances, a comma that begins a word is replaced, wherever the word is")
    func commas() throws {
        let written = try write([Known(name: "d", words: [",a", "b,", ",,c", ",a"])], as: .mallet)
        #expect(written.replacedWords == 2)
        #expect(try text("tiny.mallet") == "d X _a b, __c _a\n")
        #expect(throws: WordCollision.self) { try write([Known(name: "d", words: [",a", "_a"])], as: .mallet) }
    }

    @Test("A written corpus is read as the same documents", arguments: CorpusFormat.allCases, 1...6)
    func roundTrip(format: CorpusFormat, seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let documents =
            (0..<Int(random.next() % 30) + 1).map { index in
                Known(
                    name: "n\(index)",
                    words: (0..<Int(random.next() % 40)).map { _ in
                        ["ape", "bee:1", "c,d", "日本", "é"][Int(random.next() % 5)]
                    })
            } + [Known(name: "last", words: ["ape", "bee:1"])]
        _ = try write(documents, as: format)
        var options = ReadingOptions(format: InputFormat(rawValue: format.rawValue))
        options.fields.id = format == .jsonl ? "id" : nil
        var read: [Known] = []
        let summary = try DocumentStream.read([folder(format.fileName("tiny"))], options: options) { document, words in
            read.append(Known(name: String(decoding: document.name, as: UTF8.self), words: []))
            for (word, count) in zip(document.words, document.counts) {
                read[read.count - 1].words += Array(
                    repeating: String(decoding: words.word(Int(word)), as: UTF8.self), count: Int(count))
            }
        }
        #expect(summary.lines == documents.count)
        // In text formats, words keep their order.
        let isText = [.text, .mallet, .jsonl].contains(format)
        #expect(
            read.map { isText ? $0.words : $0.words.sorted() }
                == documents.map { isText ? $0.words : $0.words.sorted() })
        if format.namesName("tiny") == nil { #expect(read.map(\.name) == documents.map(\.name)) }
    }

    @Test("A comma that would be lost between a label and its text is written as an underscore")
    func comma() throws {
        _ = try write([Known(name: "a", words: [",,b", "c"])], as: .mallet)
        #expect(try text("tiny.mallet") == "a X __b c\n")
    }

    @Test("A label of SVMlight is not read as an index or a comment")
    func label() throws {
        var file = try CorpusFile(.svmlight, name: "tiny", in: folder.path)
        for (index, label) in ["#1", "1:1", ""].enumerated() {
            try file.append(
                CorpusDocument(index: index, name: [], label: Array(label.utf8), words: [0], counts: [2])
            ) { _ in [] }
        }
        _ = try file.finish(words: 1) { _ in Array("w".utf8) }
        #expect(try text("tiny.svm") == "_1 1:2\n1_1 1:2\n0 1:2\n")
    }
}
