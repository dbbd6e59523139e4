package import Corpus
import Foundation

/// A corpus of counted words, which can be written in every format and read again.
package struct WrittenCorpus {
    /// Words of many scripts that are difficult for parsers. None of them contains white space.
    package static let trickyWords = [
        "a", "word", "b:2", "::", "\"q\"", "it's", "c,d", "%x", "#hash", "{", "}", "[1]", "\\n", "\\", "0", "17", "1:1",
        "e\u{301}",
        "\u{65E5}\u{672C}\u{8A9E}", "\u{4E2D}", "\u{627}\u{644}\u{639}\u{631}\u{628}\u{64A}\u{629}",
        "\u{1F600}", "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}", "a\u{A0}b", "\u{FEFF}x", "a\0b", "\u{7F}",
        "=SUM(1)",
        String(repeating: "long", count: 40),
    ]

    package let words: [String]
    /// The counts of each document, by word number.
    package let documents: [[Int: Int]]

    /// Creates a corpus in which some documents have no words and some words occur in no document.
    package init(seed: UInt64, documents: Int, words: [String] = Self.trickyWords) {
        var random = SeededGenerator(seed: seed)
        self.words = words
        self.documents = (0..<documents).map { document in
            guard document % 5 != 3 else { return [:] }
            var counts: [Int: Int] = [:]
            for word in words.indices.dropLast() where Int.random(in: 0..<4, using: &random) == 0 {
                counts[word] = Int.random(in: 0..<40, using: &random) == 0 ? 300 : Int.random(in: 1...3, using: &random)
            }
            return counts
        }
    }

    /// The documents as `ShardCorpus.documents` represents them.
    package var expected: [Int: [String: Int]] {
        var expected: [Int: [String: Int]] = [:]
        for (index, counts) in documents.enumerated() {
            expected[index] = Dictionary(uniqueKeysWithValues: counts.map { (words[$0.key], $0.value) })
        }
        return expected
    }

    /// Writes the corpus, and returns the files and the format to read it with.
    package func write(as format: InputFormat, to folder: TemporaryDirectory, transposed: Bool = false) throws -> Input
    {
        var options = ReadingOptions()
        options.format = format
        options.keepNames = true
        options.allowsNUL = true
        let name = transposed ? "corpus.transposed" : "corpus.\(format.rawValue)"
        var text = ""
        switch format {
        case .distLDA: text = lines { "d\($0)" + $1.map { "\t\(words[$0.0]):\($0.1)" }.joined() }
        case .text: text = lines { sequence($1).joined(separator: " ") }
        case .mallet: text = lines { "d\($0) label \(sequence($1).joined(separator: " "))" }
        case .ldaC: text = lines { "\($1.count)" + $1.map { " \($0.0):\($0.1)" }.joined() }
        case .svmlight: text = lines { "-1" + $1.map { " \($0.0 + 1):\($0.1).0" }.joined() + " # \($0)" }
        case .jsonl: text = try lines { try Self.json(["id": "d\($0)", "text": sequence($1).joined(separator: " ")]) }
        case .csv, .tsv: text = table(format == .csv ? "," : "\t")
        case .uci: text = "\(documents.count)\n\(words.count)\n\(entries.count)\n" + entryLines { "\($0) \($1) \($2)" }
        case .matrixMarket:
            let (rows, columns) = transposed ? (words.count, documents.count) : (documents.count, words.count)
            text = "%%MatrixMarket matrix coordinate integer general\n\(rows) \(columns) \(entries.count)\n"
            text += transposed ? transposedLines : entryLines { "\($0) \($1) \($2)" }
        case .folder: return try writeFolder(to: folder, options)
        }
        if format == .jsonl || format == .csv || format == .tsv {
            options.fields = FieldOptions(text: "text", id: "id")
        }
        if transposed { options.matrixRows = .words }
        if !format.isText && format != .distLDA {
            options.wordList = try folder.write(words.joined(separator: "\n"), to: "words.list")
        }
        return Input(paths: [try folder.write(text, to: name)], options: options)
    }

    package struct Input {
        package let paths: [String]
        package var options: ReadingOptions

        package init(paths: [String], options: ReadingOptions) { (self.paths, self.options) = (paths, options) }
    }

    private func lines(_ line: (Int, [(Int, Int)]) throws -> String) rethrows -> String {
        try documents.enumerated().map { try line($0, $1.sorted { $0.key < $1.key }) + "\n" }.joined()
    }

    /// Returns every token, in an order that is unrelated to that of the words.
    private func sequence(_ counts: [(Int, Int)]) -> [String] {
        let most = counts.map(\.1).max() ?? 0
        return (0..<most).flatMap { round in counts.filter { $0.1 > round }.map { words[$0.0] } }
    }

    private var entries: [(Int, Int, Int)] {
        documents.enumerated().flatMap { document, counts in
            counts.sorted { $0.key < $1.key }.map { (document + 1, $0.key + 1, $0.value) }
        }
    }

    private func entryLines(_ line: (Int, Int, Int) -> String) -> String {
        entries.map { line($0.0, $0.1, $0.2) + "\n" }.joined()
    }

    /// Writes a matrix with one row for each word, as is usual in genomics.
    private var transposedLines: String {
        entries.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map { "\($0.1) \($0.0) \($0.2)\n" }.joined()
    }

    private func table(_ separator: String) -> String {
        let header = ["id", "text"].joined(separator: separator) + "\n"
        return header
            + lines { index, counts in
                let text = sequence(counts).joined(separator: index % 2 == 0 ? " " : "\n")
                return "d\(index)\(separator)\"\(text.replacing("\"", with: "\"\""))\""
            }
    }

    private static func json(_ object: [String: String]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    private func writeFolder(to folder: TemporaryDirectory, _ options: ReadingOptions) throws -> Input {
        try FileManager.default.createDirectory(atPath: folder("texts"), withIntermediateDirectories: true)
        for (index, counts) in documents.enumerated() {
            let number = String(repeating: "0", count: 4 - "\(index)".count) + "\(index)"
            try folder.write(sequence(counts.sorted { $0.key < $1.key }).joined(separator: "\n"), to: "texts/\(number)")
        }
        return Input(paths: [folder("texts")], options: options)
    }
}
