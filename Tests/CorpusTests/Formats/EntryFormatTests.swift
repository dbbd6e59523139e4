import Corpus
import Platform
import TestSupport
import Testing

/// Tests UCI's bag of words and Matrix Market, in which entries follow a header.
struct EntryFormatTests {
    let sample: SampleCorpus

    init() throws { sample = try SampleCorpus() }

    private static let uci = "4   \n3\n4\n1 1 2\n1 3 1\n3 2 5\n4 3 1\n"
    private static let expected: [Int: [String: Int]] = [0: ["a": 2, "c": 1], 1: [:], 2: ["b": 5], 3: ["c": 1]]

    @Test("UCI is detected and read; the header implies documents without entries")
    func uci() throws {
        try sample.folder.write("a\nb\nc\n", to: "vocab.x.txt")
        let path = try sample.folder.write(Self.uci, to: "docword.x.txt")
        let gzip = try sample.folder.gzip([Array(Self.uci.utf8)], to: "docword.x.txt.gz")
        for path in [path, gzip] {
            let corpus = try CorpusReader.read([path], plan: CorpusReaderTests.whole, blocks: 2)
            #expect(corpus.summary.format == .uci)
            #expect(corpus.documents == Self.expected)
            #expect(corpus.summary.findings == [Finding("word_list", sample.folder("vocab.x.txt"))])
            #expect(corpus.summary.lines == 4)
        }
        let numbers = try sample.read(Self.uci)
        #expect(numbers.documents[0] == ["1": 2, "3": 1])
    }

    @Test("Matrix Market is detected and read: integers, reals, a pattern, both orientations")
    func matrixMarket() throws {
        let entries = "1 1 2\n1 3 1\n% between\n3 2 5\n\n4 3 1\n"
        var options = ReadingOptions()
        options.wordList = try sample.folder.write("a\nb\nc\n", to: "words")
        let list = Finding("word_list", sample.folder("words"))
        for kind in ["integer", "real", "INTEGER"] {
            let text = "%%MatrixMarket matrix coordinate \(kind) general\n%comment\n4 3 4\n\(entries)"
            let corpus = try sample.read(kind == "real" ? text.replacing("3 2 5", with: "3 2 5.0e0") : text, options)
            #expect(corpus.summary.format == .matrixMarket)
            #expect(corpus.documents == Self.expected)
            #expect(corpus.summary.findings == [list, Finding("rows", "documents")])
        }
        let pattern = "%%MatrixMarket matrix coordinate pattern general\n2 3 2\n1 1\n2 3\n"
        #expect(try sample.read(pattern, options).documents == [0: ["a": 1], 1: ["c": 1]])
        options.matrixRows = .words
        let transposed = "%%MatrixMarket matrix coordinate integer general\n3 4 4\n1 1 2\n3 1 1\n2 3 5\n3 4 1\n"
        #expect(try sample.read(transposed, options).documents == Self.expected)
    }

    @Test(
        "entries in any order give the documents in order, for every slice", arguments: 0..<6 as Range<UInt64>, [1, 3])
    func unsorted(_ seed: UInt64, _ shards: Int) throws {
        var random = SeededGenerator(seed: seed)
        let (documents, words) = (23, 7)
        var counts: [Int: [String: Int]] = [:]
        var entries: [(Int, Int, Int)] = []
        for document in 0..<documents {
            counts[document] = [:]
            for word in 0..<words where Int.random(in: 0..<3, using: &random) == 0 {
                let count = Int.random(in: 1...400, using: &random)
                entries.append((document + 1, word + 1, count))
                counts[document, default: [:]]["\(word + 1)"] = count
            }
        }
        let header = "\(documents)\n\(words)\n\(entries.count)\n"
        entries.shuffle(using: &random)
        let text = header + entries.map { "\($0) \($1) \($2)\n" }.joined()
        var found: [Int: [String: Int]] = [:]
        for shard in 0..<shards {
            let plan = SlicePlan(shards: shards, cores: 2, thisShard: shard)
            let corpus = try sample.read(text, plan: plan)
            #expect(corpus.summary.findings == [Finding("words", "numbers"), Finding("entries", "unsorted")])
            #expect(corpus.slices.flatMap(\.documentLines).allSatisfy { plan.core(ofLine: $0) != nil })
            found.merge(corpus.documents) { _, _ in fatalError("a document in two shards") }
            #expect(corpus.summary.lines == documents)
        }
        #expect(found == counts)
        let sorted = header + entries.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { "\($0) \($1) \($2)\n" }.joined()
        #expect(try sample.read(sorted).documents == counts)
    }

    @Test("documents of several files are numbered consecutively, whether sorted or not")
    func files() throws {
        let first = try sample.folder.write("2\n2\n2\n1 1 1\n2 2 1\n", to: "1")
        let second = try sample.folder.write("3\n2\n2\n3 2 1\n1 1 4\n", to: "2")
        let corpus = try CorpusReader.read([first, second, first], plan: CorpusReaderTests.whole, blocks: 1)
        let expected: [Int: [String: Int]] = [
            0: ["1": 1], 1: ["2": 1], 2: ["1": 4], 3: [:], 4: ["2": 1], 5: ["1": 1], 6: ["2": 1],
        ]
        #expect(corpus.documents == expected)
    }

    @Test("sorted entries can be read from a pipe, unsorted ones are refused")
    func pipe() throws {
        for (text, isSorted) in [("2\n1\n2\n1 1 1\n2 1 1\n", true), ("2\n1\n2\n2 1 1\n1 1 1\n", false)] {
            let path = sample.folder("pipe-\(isSorted)")
            #expect(mkfifo(path, 0o600) == 0)
            let reading = inThreads(2) { index -> Result<[Int: [String: Int]], any Error>? in
                if index == 0 {
                    // open(2) blocks until the reader has opened the pipe.
                    let descriptor = open(path, O_WRONLY)
                    _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                    close(descriptor)
                    return nil
                }
                return Result { try CorpusReader.read([path], plan: CorpusReaderTests.whole, blocks: 1).documents }
            }[1]
            if isSorted {
                #expect(try reading?.get() == [0: ["1": 1], 1: ["1": 1]])
            } else {
                #expect(throws: CorpusError.unsorted(file: path, line: 5)) { try reading?.get() }
            }
        }
    }

    static let faults: [(entry: String, column: Int, fault: FormatFault)] = [
        ("0 1 1", 1, .outOfRange(what: "document", first: 1, count: 3)),
        ("4 1 1", 1, .outOfRange(what: "document", first: 1, count: 3)),
        ("1 0 1", 3, .outOfRange(what: "word", first: 1, count: 2)),
        ("1 3 1", 3, .outOfRange(what: "word", first: 1, count: 2)),
        ("x 1 1", 1, .expected("the number of a document")),
        ("1 1 1 1", 7, .expected("the end of the line")), ("1", 1, .expected("document, word and count")),
    ]

    @Test("a bad entry is reported, or skipped and counted", arguments: faults)
    func refused(_ entry: String, _ column: Int, _ fault: FormatFault) throws {
        let text = "3\n2\n3\n1 1 1\n\(entry)\n3 2 1\n"
        guard case .badLine(sample.folder("corpus"), line: 5, column, _, fault) = try sample.refusal(of: text) else {
            Issue.record("\(String(describing: try sample.refusal(of: text)))")
            return
        }
        for text in [text, "3\n2\n3\n3 2 1\n\(entry)\n1 1 1\n"] {
            let corpus = try sample.read(text, ReadingOptions(skipBadLines: true))
            #expect(corpus.documents == [0: ["1": 1], 1: [:], 2: ["2": 1]])
            #expect(corpus.summary.skippedLines == 1)
        }
        #expect(try sample.refusal(of: "3\n2\n1\n1 1 1.5\n") != nil, "a fraction is not a count")
    }

    @Test("a file whose entries do not match its header is refused, even if bad lines are skipped")
    func wrongHeader() throws {
        let options = ReadingOptions(skipBadLines: true)
        let path = sample.folder("corpus")
        #expect(
            try sample.refusal(of: "3\n2\n3\n1 1 1\n2 2 1\n", options)
                == .missingEntries(file: path, said: 3, found: 2))
        #expect(
            try sample.refusal(of: "3\n2\n1\n1 1 1\n2 2 1\n", options)
                == .badLine(
                    file: path, line: 5, column: 1, text: Excerpt(Array("2 2 1".utf8)),
                    fault: .tooManyEntries(said: 1)))
        var transposed = ReadingOptions()
        transposed.wordList = try sample.folder.write("a\nb\nc\n", to: "words")
        let matrix = "%%MatrixMarket matrix coordinate integer general\n3 4 1\n1 1 2\n"
        guard
            case .badLine(path, line: 2, column: 1, _, .wrongWordCount(said: 4, list: 3, hint: .words)) =
                try sample.refusal(of: matrix, transposed)
        else {
            Issue.record("not refused")
            return
        }
    }

    @Test(
        "headers that cannot be read are refused",
        arguments: [
            "%%MatrixMarket matrix array real general\n1 1\n1\n", "%%MatrixMarket matrix coordinate complex general\n",
            "%%MatrixMarket matrix coordinate real symmetric\n1 1 0\n", "%%MatrixMarket vector\n1\n",
            "%%MatrixMarket matrix coordinate real general\n", "%%MatrixMarket matrix coordinate real general\n1 1\n",
            "%%MatrixMarket matrix coordinate real general\n1 99999999999 0\n",
        ])
    func badHeaders(_ text: String) throws {
        guard case .badLine = try sample.refusal(of: text) else {
            Issue.record("not refused as a header")
            return
        }
    }

    @Test(
        "a number of entries that overflows 64 bits is refused",
        arguments: [
            "9223372036854775808", "71999999999999999999", "18446744073709551619",
            "1\(String(repeating: "0", count: 40))",
        ])
    func hugeNumber(_ entries: String) throws {
        for header in ["3\n2\n\(entries)\n", "%%MatrixMarket matrix coordinate real general\n3 2 \(entries)\n"] {
            let options = ReadingOptions(format: header.hasPrefix("%") ? .matrixMarket : .uci)
            guard case .badLine = try sample.refusal(of: header + "1 1 1\n", options) else {
                Issue.record("not refused as a header")
                return
            }
        }
    }

    @Test("a header with many documents takes no memory before their entries are read")
    func manyDocuments() throws {
        let options = ReadingOptions(memoryLimit: 1 << 20)
        let text = "16000000\n4000000000\n2\n15999999 1 1\n1 1 1\n"
        guard case .aboveMemoryLimit = try sample.refusal(of: text, options) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("an entry far behind the others costs nothing if the file lacks entries that its header says")
    func farEntry() throws {
        for text in ["1000000000\n3\n1000000000\n999999999 1 1\n", "1000000000\n3\n1000000000\n1 1 1\n999999999 1 1\n"]
        {
            let path = try sample.folder.write(text, to: "corpus")
            let error = CorpusError.missingEntries(
                file: path, said: 1_000_000_000, found: text.split(separator: "\n").count - 3)
            #expect(try sample.refusal(of: text) == error)
            #expect(throws: error) { try DocumentStream.read([path]) { _, _ in } }
        }
    }

    @Test("a header with a billion documents for a few entries is refused, whatever reads it")
    func hugeHeader() throws {
        for (text, entries) in [
            ("1000000000\n3\n1\n1 1 1\n", 1), ("1000000000\n3\n2\n999999999 1 1\n1 1 1\n", 2),
            ("%%MatrixMarket matrix coordinate integer general\n1000000000 3 1\n1 1 1\n", 1),
        ] {
            let path = try sample.folder.write(text, to: "corpus")
            guard case .badLine(path, _, 1, _, let fault) = try sample.refusal(of: text) else {
                Issue.record("not refused")
                continue
            }
            #expect(fault == .tooManyDocuments(said: 1_000_000_000, entries: entries))
            #expect(throws: CorpusError.self) { try DocumentStream.read([path]) { _, _ in } }
        }
    }
}
