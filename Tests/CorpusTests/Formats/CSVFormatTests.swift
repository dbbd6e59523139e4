import Corpus
import TestSupport
import Testing

struct CSVFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .csv, keepNames: true)

    init() throws { sample = try SampleCorpus() }

    @Test("reads a file with quoted fields, separators, line ends and quotes in them, and blank lines")
    func golden() throws {
        let text =
            "id,text,n\r\n1,\"one, two\",3\r\n\r\n2,\"say \"\"hi\"\"\",\r\n3,\"line\r\nbreak\n\nend\",4\r\n"
            + "\"4\",plain \"x\",\"\"\r\n5,,\r\n"
        var options = ReadingOptions(keepNames: true)
        options.fields.id = "id"
        let corpus = try sample.read("\u{FEFF}" + text, options)
        #expect(corpus.summary.format == .csv)
        #expect(
            corpus.documents == [
                0: ["one,": 1, "two": 1], 1: ["say": 1, "\"hi\"": 1], 2: ["line": 1, "break": 1, "end": 1],
                3: ["plain": 1, "\"x\"": 1], 4: [:],
            ])
        #expect(corpus.names() == ["1", "2", "3", "4", "5"])
        #expect(corpus.summary.lines == 5)
    }

    @Test("TSV is the same format with TABs, and columns can be given by number")
    func tsv() throws {
        var options = ReadingOptions(format: .tsv, keepNames: true)
        options.fields = FieldOptions(text: "3", id: "1", hasHeader: false)
        let corpus = try sample.read("a\tx\tone, two\nb\ty\t\"th\tree\"", options)
        #expect(corpus.documents == [0: ["one,": 1, "two": 1], 1: ["th": 1, "ree": 1]])
        #expect(corpus.names() == ["a", "b"])
        #expect(try sample.read("name\ttext\na\tone\n").summary.format == .tsv)
        options.fields = FieldOptions(hasHeader: false)
        #expect(try sample.read("a b\n", options).documents == [0: ["a": 1, "b": 1]])
    }

    @Test("every file has its own header, and the order of columns may differ")
    func files() throws {
        let first = try sample.folder.write("text,x\na,1\n", to: "1")
        let second = try sample.folder.write("x,text\n1,b\n2,\"c\nd\"", to: "2")
        let plan = SlicePlan(shards: 1, cores: 2, thisShard: 0)
        let corpus = try CorpusReader.read([first, second], plan: plan, blocks: 1, options: Self.options)
        #expect(corpus.documents == [0: ["a": 1], 1: ["b": 1], 2: ["c": 1, "d": 1]])
        #expect(corpus.slices.map(\.documentLines) == [[0, 2], [1]])
    }

    static let faults: [(record: String, line: Int, column: Int, fault: FormatFault)] = [
        ("1,a,b", 3, 1, .wrongFieldCount(found: 3, header: 2)), ("1", 3, 1, .wrongFieldCount(found: 1, header: 2)),
        ("1,\"a\"b", 3, 3, .afterQuote), ("\"1\n2\",\"a\" ", 4, 4, .afterQuote),
    ]

    @Test("a bad record is reported with line and column, or skipped", arguments: faults)
    func refused(_ record: String, _ line: Int, _ column: Int, _ fault: FormatFault) throws {
        guard
            case .badLine(sample.folder("corpus"), line, column, _, fault) = try sample.refusal(
                of: "id,text\n0,a\n\(record)\n", Self.options)
        else {
            Issue.record("\(String(describing: try sample.refusal(of: "id,text\n0,a\n\(record)\n", Self.options)))")
            return
        }
        var options = Self.options
        options.skipBadLines = true
        let corpus = try sample.read("id,text\n0,a\n\(record)\n2,b\n", options)
        #expect(corpus.documents == [0: ["a": 1], 1: [:], 2: ["b": 1]])
        #expect(corpus.summary.skippedLines == 1)
    }

    @Test("an unclosed quote is reported where its record begins, and its record is limited in length")
    func unclosed() throws {
        let text = "text\na\n\"b\nc\nd\n"
        let error = CorpusError.badLine(
            file: sample.folder("corpus"), line: 3, column: 1, text: Excerpt(Array("\"b\nc\nd".utf8)),
            fault: .unclosedQuote)
        #expect(try sample.refusal(of: text, Self.options) == error)
        var options = Self.options
        options.maxLine = 4
        #expect(
            try sample.refusal(of: text, options)
                == .lineTooLong(file: sample.folder("corpus"), line: 3, limit: 4))
    }

    @Test("a header without the column is refused, and the error lists its columns")
    func noColumn() throws {
        let error = CorpusError.badLine(
            file: sample.folder("corpus"), line: 1, column: 1, text: Excerpt(Array("id,body".utf8)),
            fault: .noColumn("text", columns: "id, body"))
        #expect(try sample.refusal(of: "id,body\n1,a\n", Self.options) == error)
        var options = Self.options
        options.skipBadLines = true
        #expect(try sample.refusal(of: "id,body\n1,a\n", options) == error, "a header cannot be skipped")
    }
}
