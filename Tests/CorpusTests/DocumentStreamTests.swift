import Corpus
import TestSupport
import Testing

struct DocumentStreamTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Returns the documents as (name, label, words in order).
    private func read(
        _ text: String, _ options: ReadingOptions = ReadingOptions()
    ) throws -> [(name: String, label: String, words: [String])] {
        var documents: [(name: String, label: String, words: [String])] = []
        _ = try DocumentStream.read([folder.write(text, to: "input")], options: options) { document, words in
            #expect(document.index == documents.count)
            #expect(document.tokens == document.counts.reduce(0) { $0 + Int($1) })
            let sequence = zip(document.words, document.counts).flatMap { word, count in
                repeatElement(String(decoding: words.word(Int(word)), as: UTF8.self), count: Int(count))
            }
            documents.append(
                (
                    String(decoding: document.name, as: UTF8.self), String(decoding: document.label, as: UTF8.self),
                    sequence
                ))
        }
        return documents
    }

    @Test("running text keeps its order, and a word may occur many times")
    func order() throws {
        let documents = try read("b a b c\n\na\n")
        #expect(documents.map(\.words) == [["b", "a", "b", "c"], [], ["a"]])
        #expect(documents.allSatisfy { $0.name.isEmpty && $0.label.isEmpty })
    }

    @Test("names and labels are passed with their documents")
    func names() throws {
        let documents = try read("d1\ten\tone two\nd2\tde\tzwei\n", ReadingOptions(format: .mallet))
        #expect(documents.map(\.name) == ["d1", "d2"])
        #expect(documents.map(\.label) == ["en", "de"])
        #expect(documents.map(\.words) == [["one", "two"], ["zwei"]])
        #expect(try read("d\ta:2\tb:1\n").map(\.words) == [["a", "a", "b"]])
    }

    @Test("the summary counts every document, including skipped ones")
    func summary() throws {
        let path = try folder.write("d\ta:2\ne\tb:x\nd\tc:1\n", to: "input")
        var skipped: [Bool] = []
        let summary = try DocumentStream.read([path], options: ReadingOptions(skipBadLines: true)) { document, _ in
            skipped.append(document.isSkipped)
        }
        #expect(skipped == [false, true, false])
        #expect(summary.documents == 3 && summary.lines == 3 && summary.tokens == 3 && summary.words == 2)
        #expect(summary.skippedLines == 1 && summary.emptyDocuments == 1 && summary.duplicateNames == 1)
    }

    private struct Enough: Error {}

    @Test("an error of the body ends the reading, even at the last or a skipped document", arguments: 0..<3)
    func failure(_ at: Int) throws {
        let path = try folder.write("d\ta:2\ne\tb:1\nd\tc:x\n", to: "input")
        var seen = 0
        #expect(throws: Enough.self) {
            _ = try DocumentStream.read([path], options: ReadingOptions(skipBadLines: true)) { document, _ in
                seen += 1
                if document.index == at { throw Enough() }
            }
        }
        #expect(seen == at + 1)
    }

    @Test("documents from unsorted entries are passed on in order")
    func unsorted() throws {
        let documents = try read("2\n2\n3\n2 1 1\n1 2 2\n2 2 1\n")
        #expect(documents.map(\.words) == [["2", "2"], ["1", "2"]])
    }
}
