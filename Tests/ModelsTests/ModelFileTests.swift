import Counts
import Files
import LDA
import Models
import TestSupport
import Testing

@Suite("Reading models from files")
struct ModelFileTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func state(_ tiny: TinyModel, part: StatePart = .whole) throws -> StateModel {
        let bytes = try tiny.written(.state, part: part, names: ["state.gz"])["state.gz"]!
        return try StateModel([folder.gzip([bytes], to: "state.gz")])
    }

    @Test("A written state is read as the same model, with the same documents and tokens", arguments: 1...12)
    func stateRoundTrip(seed: UInt64) throws {
        let tiny = TinyModel.random(
            seed: seed, topics: 1 + Int(seed) * 3, words: 5 + Int(seed * seed), documents: Int(seed) * 4,
            symmetric: seed % 2 == 0)
        let read = try state(tiny)
        #expect(read.alpha == tiny.alpha && read.beta == tiny.beta && read.topics == tiny.alpha.count)
        #expect(read.tokens == tiny.model.tokens)
        #expect(Self.table(read.words) == Self.table(tiny.model.words))
        // The words are in the order in which they appear; in a part of a state they have the order of the model.
        var appeared: [Int] = []
        for token in tiny.documents.flatMap(\.tokens) where !appeared.contains(token.word) {
            appeared.append(token.word)
        }
        #expect((0..<read.words.count).map { Array(read.words.labels[$0]) } == appeared.map { tiny.words[$0] })
        let part = try state(tiny, part: .first).words
        #expect((0..<part.count).map { Array(part.labels[$0]) } == appeared.sorted().map { tiny.words[$0] })

        var documents = tiny.documents.enumerated().filter { !$0.element.tokens.isEmpty }[...]
        let numbered = try #require(read.tokenWords)
        try read.visit(withTokens: true) { document in
            let next = documents.popFirst()
            let (index, expected) = try #require(next)
            #expect(document.index == index && document.name == expected.name)
            #expect(
                document.tokenWords.map { Array(numbered.labels[Int($0)]) }
                    == expected.tokens.map { tiny.words[$0.word] })
            #expect(document.tokenTopics.map(Int.init) == expected.tokens.map(\.topic))
            #expect(document.length == expected.tokens.count)
        }
        #expect(documents.isEmpty && read.count == tiny.documents.filter { !$0.tokens.isEmpty }.count)
    }

    @Test(
        "Files written from a state are those written from its model, whose words are in the order of the state",
        arguments: ModelFormat.allCases)
    func sameFiles(format: ModelFormat) throws {
        // Every document and every word has tokens.
        var documents = TinyModel.random(seed: 3, topics: 4, words: 12, documents: 30).documents
        documents = documents.filter { !$0.tokens.isEmpty }
        documents[0].tokens = (0..<12).map { TinyModel.Token(word: $0, topic: $0 % 4) } + documents[0].tokens
        let tiny = TinyModel(
            words: (0..<12).map { Array("w\($0)".utf8) }, documents: documents, alpha: [0.1, 0.1, 0.1, 0.1], beta: 0.2)
        let read = try state(tiny)
        func files(_ model: TopicModel, _ documents: any ModelDocuments, _ name: String) throws -> [String: [UInt8]] {
            let path = folder(name)
            try OutputFolder.prepare(path)
            var files = ModelFiles([format], of: model)
            files.documents = documents
            return try Dictionary(
                uniqueKeysWithValues: files.write(to: path).files.map { ($0, try TinyModel.contents("\(path)/\($0)")) })
        }
        let model = TopicModel(
            document: "m.txt", priors: Priors(alpha: try #require(read.alpha), beta: try #require(read.beta)),
            iterations: 7,
            words: read.words)
        #expect(try files(model, read, "read") == files(tiny.model, tiny, "made"))
    }

    @Test("Several files are read as one state, with or without headers")
    func joined() throws {
        let head = "#doc source pos typeindex type topic\n#alpha : 0.1 0.2 \n#beta : 0.01\n"
        let first = try folder.gzip([Array((head + "0 a 0 4 ape 1\n").utf8)], to: "1")
        let second = try folder.write("1 NA 0 2 bee 0\n1 NA 1 4 ape 0\n", to: "2")
        let third = try folder.write(head + "7 c 0 2 bee 1", to: "3")
        let read = try StateModel([first, second, third])
        #expect(Self.table(read.words) == ["ape": [0: 1, 1: 1], "bee": [0: 1, 1: 1]])
        #expect((0..<2).map { String(decoding: read.words.labels[$0], as: UTF8.self) } == ["bee", "ape"])
        var names: [String] = []
        try read.visit(withTokens: false) { names.append(String(decoding: $0.name, as: UTF8.self)) }
        #expect(names == ["a", "2", "c"])
    }

    @Test(
        "An error in a state is reported with its position",
        arguments: [
            ("0 a 0 0 ape\n", ":1:1: there are 5 fields instead of six"),
            ("0 a 0 0 ape 0\n0 a 1 0 ape x\n", ":2:13: the topic is not a whole number below 65536 in \"x\""),
            ("0 a 0 0 ape 0\n-1 a 0 0 ape 0\n", ":2:1: the document is not a whole number"),
            ("0 a 0 0 ape 65536\n", ":1:13: the topic"), ("#what : 1\n", ":1:1: an unknown header line"),
            ("#alpha : 0.1 nan\n", ":1:14: alpha is not a positive number in \"nan\""),
            ("#alpha : 0x1\n", "alpha is not a positive number"), ("#beta : 1 2\n", "expected exactly one beta"),
            ("#alpha : 0.1 \n0 a 0 0 ape 1\n", "a token is in topic 1, but there are only 1 alphas"),
            ("#beta : 1\n#beta : 2\n", "line 2 has beta 2.0, an earlier header has 1.0"),
            ("0 a 0 0 ape 0\n1 a 0 0 ape 0\n0 a 1 0 ape 0\n", ":3:1: the tokens of document 0 are not together"),
            ("hello\n", "is neither a dump"), ("", "is neither a dump"),
        ])
    func badStates(text: String, fault: String) throws {
        let path = try folder.write(text, to: "state")
        let error = #expect(throws: ModelFileError.self) { try ModelSource.read([path]) }
        #expect("\(try #require(error))".contains(fault), "\(error!)")
    }

    // MARK: Dumps

    @Test("A written dump is read as the same model", arguments: 1...12)
    func dumpRoundTrip(seed: UInt64) throws {
        let tiny = TinyModel.random(
            seed: seed, topics: 1 + Int(seed) * 2, words: 4 + Int(seed * seed), documents: Int(seed) * 3)
        let published = LabelledRows(
            WordList(tiny.documents.map(\.name)),
            SparseRows(
                dense: tiny.documents.map { document in
                    (0..<tiny.alpha.count).map { topic in UInt32(document.tokens.filter { $0.topic == topic }.count) }
                }))
        let path = try DistLDADump(tiny.model, documents: published).write(to: folder.path)
        let read = try DumpModel(path)
        #expect(Self.table(read.model.words) == Self.table(tiny.model.words))
        #expect(Self.table(read.documents) == Self.table(published))
        #expect(read.model.priors == Priors(alpha: tiny.alpha, beta: tiny.beta))
        #expect(read.model.topicTotals == tiny.model.topicTotals)
        #expect(read.model.document == "m.txt" && read.model.iterations == 7 && read.model.shards == 1)
    }

    @Test("A dump of the original dist_lda is read: vocab_size null, other order of members, Python's escapes")
    func original() throws {
        let path = try folder.gzip(
            [
                Array(
                    #"""
                    {"iterations": 4, "vocab_size": null, "beta": 1e-05, "more": [1, {"x": [true, "\\"]}, null],
                     "topics": 3, "d": {}, "w": {"2": {"\u00e9\ud83d\ude00": 2, "\udce9": 1},
                     "0": {"a\"b": 1, "zero": 0}},
                     "alpha": 0.5, "model": "lda", "document": "x/y.txt", "shards": 2}
                    """#.utf8)
            ], to: "dump")
        let read = try DumpModel(path)
        #expect(read.model.vocabulary == 3 && read.model.topicTotals == [1, 0, 3])
        #expect((0..<3).map { Array(read.model.words.labels[$0]) } == [Array("é😀".utf8), [0xE9], Array("a\"b".utf8)])
        #expect(read.model.priors.beta == 1e-5 && read.model.effectiveIterations == 2)
    }

    @Test(
        "An error in a dump is reported with its position",
        arguments: [
            ("{", "expected \" at byte 1"), ("{\"w\": {\"x\": {}}}", "a topic that is not a number"),
            ("{\"w\": {\"0\": {\"a\": -1}}}", "not a whole number from 0 to 4294967295"),
            ("{\"w\": {\"0\": {\"a\": 1.5}}}", "not a whole number"),
            ("{\"w\": {\"0\": {\"a\": 1}, \"0\": {\"a\": 1}}}", "a word twice in topic 0"),
            ("{\"w\": {\"9\": {\"a\": 1}}, \"topics\": 2, \"alpha\": 1, \"beta\": 1}", "tokens in topic 9, but only 2"),
            ("{\"alpha\": 1}", "alpha, beta or topics are missing"), ("{\"alpha\": 0}", "a prior that is not positive"),
            ("{\"alpha\": NaN}", "not a number"), ("{\"model\": \"hdp\"}", "a model that is not"),
            ("{\"x\": \"\\ud800\"}", "half of a surrogate pair"),
            ("{\"x\": " + String(repeating: "[", count: 100), "values nested more than 64 deep"),
            ("{} {}", "something after the end"), ("{\"x\": \"a\nb\"}", "instead of a control character"),
        ])
    func badDumps(text: String, fault: String) throws {
        let path = try folder.write(text, to: "dump")
        let error = #expect(throws: ModelFileError.self) { try ModelSource.read([path]) }
        #expect("\(try #require(error))".contains(fault), "\(error!)")
    }

    @Test("A truncated file is an error")
    func truncated() throws {
        let tiny = TinyModel.random(seed: 5, topics: 3, words: 200, documents: 300)
        let whole = try folder.gzip([tiny.written(.state, names: ["state.gz"])["state.gz"]!], to: "whole")
        let bytes = try folder.contents(of: "whole")
        let cut = try folder.write(Array(bytes.prefix(bytes.count - 20)), to: "cut")
        #expect(try StateModel([whole]).tokens == tiny.model.tokens)
        #expect(throws: ModelFileError.self) { try StateModel([cut]) }
        #expect(throws: ModelFileError.self) { try ModelSource.read([folder("missing")]) }
    }

    /// Returns the counts by label and topic, without labels that have no counts.
    static func table(_ rows: LabelledRows) -> [String: [Int: UInt32]] {
        var table: [String: [Int: UInt32]] = [:]
        for row in 0..<rows.count {
            var cells: [Int: UInt32] = [:]
            for cell in rows.rows.range(of: row) { cells[Int(rows.rows.columns[cell])] = rows.rows.amounts[cell] }
            if !cells.isEmpty { table[String(decoding: rows.labels[row], as: UTF8.self)] = cells }
        }
        return table
    }
}
