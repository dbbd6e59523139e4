import Corpus
import TestSupport
import Testing

/// Tests that the name of a file decides its format, so that a damaged or unusual file is not read as text.
struct NamedFormatTests {
    let sample: SampleCorpus

    init() throws { sample = try SampleCorpus() }

    private func read(_ text: String, named name: String, _ options: ReadingOptions = ReadingOptions()) throws
        -> ShardCorpus
    {
        try CorpusReader.read(
            [sample.folder.write(text, to: name)], plan: SlicePlan(shards: 1, cores: 1, thisShard: 0), blocks: 1,
            options: options)
    }

    @Test(
        "a table with another separator, another spelling of its column, or the separator in the first line is read",
        arguments: [
            ("a.csv", "\"id\";\"text\"\n1;\"alpha beta\"\n2;\"gamma\"\n"),
            ("a.csv", "sep=,\nid,text\n1,alpha beta\n2,gamma"),
            ("a.csv", "sep=;\r\nid;text\r\n1;alpha beta\r\n2;gamma\r\n"),
            ("a.csv", "\"sep=|\"\nid|Text\n1|alpha beta\n2|gamma"),
            ("a.csv", "id, text\n1, alpha beta\n2, gamma\n"), ("a.csv", "id,Text\n1,alpha beta\n2,gamma\n"),
            ("a.CSV", "id,TEXT \n1,alpha beta\n2,gamma\n"), ("a.csv", "text\nalpha beta\ngamma\n"),
            ("a.csv", "\" Text\"\nalpha beta\ngamma\n"), ("a.csv", "id\ttext\n1\talpha beta\n2\tgamma\n"),
            ("a.csv", "id|text\n1|alpha beta\n2|gamma\n"), ("a.tsv", "id\tText\n1\talpha beta\n2\tgamma\n"),
            ("a.tsv", "id,text\n1,alpha beta\n2,gamma\n"), ("a.tab", "text\nalpha beta\ngamma\n"),
            ("plain", "id;text\n1;alpha beta\n2;gamma\n"), ("plain", "sep=;\nid;text\n1;alpha beta\n2;gamma\n"),
        ])
    func tables(_ name: String, _ text: String) throws {
        #expect(try read(text, named: name).documents == [0: ["alpha": 1, "beta": 1], 1: ["gamma": 1]])
        let gzip = try sample.folder.gzip([Array(text.utf8)], to: "\(name).gz")
        let plan = SlicePlan(shards: 1, cores: 2, thisShard: 0)
        #expect(
            try CorpusReader.read([gzip], plan: plan, blocks: 1).documents
                == [0: ["alpha": 1, "beta": 1], 1: ["gamma": 1]])
    }

    @Test("the separator and the column are recorded if they are unusual")
    func findings() throws {
        let corpus = try read("sep=;\nid;Text\n1;a\n", named: "a.csv")
        #expect(corpus.summary.findings == [Finding("separator", ";"), Finding("text_column", "Text")])
        #expect(try read("id,text\n1,a\n", named: "a.csv").summary.findings == [])
    }

    @Test("every file of a table has its own separator")
    func separators() throws {
        let first = try sample.folder.write("id;text\n1;a\n", to: "1.csv")
        let second = try sample.folder.write("id,text\n1,b\n", to: "2.csv")
        let third = try sample.folder.write("sep=|\nid|text\n1|c\n", to: "3.csv")
        let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)
        #expect(
            try CorpusReader.read([first, second, third], plan: plan, blocks: 1).documents
                == [0: ["a": 1], 1: ["b": 1], 2: ["c": 1]])
    }

    @Test(
        "a table without the column is refused with its columns",
        arguments: [
            ("a.csv", "id,review,stars\n1,\"good, very good\",5\n", "id, review, stars"),
            ("a.csv", "id;review\n1;good\n", "id, review"), ("a.tsv", "id\treview\n1\tgood\n", "id, review"),
            ("a.csv", "Text,TEXT\na,b\n", "Text, TEXT"), ("a.csv", "just a line\n", "just a line"),
        ])
    func noColumn(_ name: String, _ text: String, _ columns: String) throws {
        let path = sample.folder(name)
        #expect {
            try read(text, named: name)
        } throws: { error in
            guard case CorpusError.badLine(path, line: 1, column: 1, _, .noColumn("text", columns: columns)) = error
            else {
                return false
            }
            return true
        }
        #expect(try read(text, named: name, ReadingOptions(format: .text)).summary.format == .text)
    }

    @Test(
        "a Matrix Market file with a blank line, a blank or only one percent sign before its banner is read",
        arguments: [
            "\n%%MatrixMarket", " %%MatrixMarket", "%MatrixMarket", "\r\n \r\n%%matrixmarket", "\t%MATRIXMARKET",
        ],
        ["a.mtx", "plain"])
    func banners(_ banner: String, _ name: String) throws {
        let text = "\(banner) matrix coordinate integer general\n2 3 2\n1 1 2\n2 3 1\n"
        for format in [nil, InputFormat.matrixMarket] {
            let corpus = try read(text, named: name, ReadingOptions(format: format))
            #expect(corpus.summary.format == .matrixMarket)
            #expect(corpus.documents == [0: ["1": 2], 1: ["3": 1]])
        }
    }

    @Test("files in no order with a blank line before the banner are read")
    func unsorted() throws {
        let text = "\n%%MatrixMarket matrix coordinate integer general\n2 3 2\n2 3 1\n1 1 2\n"
        #expect(try read(text, named: "a.mtx").documents == [0: ["1": 2], 1: ["3": 1]])
    }

    @Test(
        "a file whose name says a format is refused if it is not in this format",
        arguments: [
            ("a.mtx", "3 3 2\n2 1 1\n3 1 1\n", 1), ("a.mm", "a text\n", 1), ("a.jsonl", "a text\n", 1),
            ("a.ndjson", "{\"text\": \"a\"}\n{\"text\": \"b\"}\nc\n", 3), ("a.json", "\"text\"\n", 1),
            ("a.json", "{\"text\": \"a\"}\n[1]\n", 2), ("a.svm", "1 ape:2 bee:1\n", 1), ("a.libsvm", "a text\n", 1),
            ("a.svmlight", "1 1:2 2:x\n", 1), ("a.ldac", "2 ape:1 bee:2\n", 1), ("docword.a.txt", "a text\n", 1),
            ("a.csv", "{\"text\": \"a\"}\n", 1), ("a.jsonl", "id,text\n1,a\n", 1),
        ])
    func refused(_ name: String, _ text: String, _ line: Int) throws {
        let path = sample.folder(name)
        #expect {
            try read(text, named: name)
        } throws: { error in
            switch error {
            case CorpusError.badLine(path, line, _, _, _), CorpusError.badCell(path, line, _, _, _): true
            default: false
            }
        }
        #expect(try read(text, named: name, ReadingOptions(format: .text)).summary.format == .text)
    }

    @Test(
        "a file without a telling name that is in a format except for a line is refused at this line",
        arguments: [
            ("% note\n%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1\n", 1),
            ("{\"text\": \"a\"}\nb\n", 2), ("{\"text\": \"a\"}\n{\"text\": \"b\"}\nc\n", 3), ("1 1:2\n1 2:1\n1 3\n", 3),
            ("1 ape:2 bee:1\n0 cat:1\n", 1), ("ape:2 bee:1\ncat:1 dog:3\n", 1), ("d1 ape:2 bee:1 cat:4\n", 1),
        ])
    func almost(_ text: String, _ line: Int) throws {
        let path = sample.folder("plain")
        #expect {
            try read(text, named: "plain")
        } throws: { error in
            switch error {
            case CorpusError.badLine(path, line, _, _, _), CorpusError.badCell(path, line, _, _, _): true
            default: false
            }
        }
    }

    @Test("MALLET's instances are recognised by the name, and dist_lda's also in a file called .tsv")
    func readByName() throws {
        #expect(try read("d1 en one two\n", named: "a.mallet").documents == [0: ["one": 1, "two": 1]])
        #expect(try read("d1\tape:2\n", named: "a.tsv").summary.format == .distLDA)
        #expect(try read("1 1:1\n", named: "a.svm").summary.format == .svmlight, "not LDA-C")
        #expect(try read("1 1:1\n", named: "a.ldac.gz").summary.format == .ldaC)
    }

    @Test("a file without content has no words, whatever its name says", arguments: ["a.csv", "a.mtx", "a.jsonl"])
    func empty(_ name: String) throws {
        for text in ["", "\n", "\u{FEFF}"] {
            #expect(throws: CorpusError.noTokens(lines: text == "\n" ? 1 : 0)) { try read(text, named: name) }
        }
    }

    @Test("files of different formats are not read as one corpus, unless the format is given")
    func mixed() throws {
        let text = try sample.folder.write("a text\n", to: "a.txt")
        let table = try sample.folder.write("id,text\n1,a\n", to: "b.csv")
        let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)
        #expect(throws: CorpusError.otherFormat(file: table, named: .csv, format: .text)) {
            try CorpusReader.read([text, table], plan: plan, blocks: 1)
        }
        let options = ReadingOptions(format: .text)
        #expect(try CorpusReader.read([text, table], plan: plan, blocks: 1, options: options).summary.lines == 3)
    }
}
