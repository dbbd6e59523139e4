import Compression
import Counts
import Foundation
import Models
import TestSupport
import Testing

@Suite("Dumps in the format of dist_lda")
struct DistLDADumpTests {
    let store = InMemoryCountStore(run: "tiny")

    @Test("A dump equals that of the original dist_lda, except vocab_size, which was null there")
    func golden() throws {
        let ledger = try FilledLedger(in: store, blocks: 1)
        try ledger.put([("y", [0, 1]), ("x", [2, 1])], sweep: 2, documents: 2, publishes: true)
        try ledger.publish([("d0", [0, 2]), ("d1", [2, 0])])
        let (path, text) = try dump(ledger)
        #expect(path.hasSuffix("/MODEL_lda-m.txt-T2-alpha0.100-beta0.100-effective_iter=2.json.gz"))
        #expect(
            text == """
                {"vocab_size": 2, "beta": 0.1, "w": {"0": {"x": 2}, "1": {"y": 1, "x": 1}}, "iterations": 2, \
                "alpha": 0.1, "model": "lda", "document": "m.txt", "shards": 1, "topics": 2, \
                "d": {"0": {"d1": 2}, "1": {"d0": 2}}}
                """)
    }

    @Test("Topics without tokens are omitted, and d is empty unless documents are published")
    func emptyTopics() throws {
        let ledger = try FilledLedger(in: store, topics: 4)
        try ledger.put([("ape", [0, 0, 3, 0])])
        let text = try dump(ledger).text
        #expect(text.contains(#""w": {"2": {"ape": 3}}"#))
        #expect(text.hasSuffix(#""d": {}}"#))
    }

    @Test("A model without tokens gives a dump without words")
    func noTokens() throws {
        let ledger = try FilledLedger(in: store)
        try ledger.put([] as FilledLedger.Rows)
        #expect(try dump(ledger).text.hasPrefix(#"{"vocab_size": 0, "beta": 0.1, "w": {}, "#))
    }

    @Test(
        "The name has three decimals as in C, or all digits of the prior, the base name and whole sweeps per shard",
        arguments: [
            (0.1, 0.01, "kos.gz", "MODEL_lda-kos.gz-T2-alpha0.100-beta0.010-effective_iter=3.json.gz"),
            (50, 1e-4, "/data/a b", "MODEL_lda-a b-T2-alpha50.000-beta0.0001-effective_iter=3.json.gz"),
            (0.0005, 2.0 / 3, "../x/", "MODEL_lda-x-T2-alpha0.0005-beta0.6666666666666666-effective_iter=3.json.gz"),
        ])
    func name(alpha: Double, beta: Double, document: String, name: String) throws {
        let ledger = try FilledLedger(in: store, document: document, alpha: alpha, beta: beta, shards: 2)
        try ledger.put([("ape", [1, 0])], shard: 0, sweep: 5)
        try ledger.put([("ape", [1, 0])], shard: 1, sweep: 2)
        let snapshot = try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        #expect(DistLDADump(TopicModel(snapshot)).fileName == name)
        #expect(TopicModel(snapshot).iterations == 7)
    }

    @Test("Every word, whatever characters it has, is in the dump with the sum of its counts")
    func hostileWords() throws {
        let words = ["\"", "\\", "a\"b\\c", "</script>", "\u{0}", "\n\t\u{1B}[31m", "😀", "0", "w", "d"]
        let ledger = try FilledLedger(in: store, topics: 3, blocks: 5)
        try ledger.put(words.enumerated().map { (name: $1, counts: [UInt32($0 + 1), 0, 2]) })
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(try dump(ledger).text.utf8)) as? [String: Any])
        let topics = try #require(object["w"] as? [String: [String: Int]])
        let counts = words.enumerated().map { ($1, $0 + 1) }
        #expect(
            topics == [
                "0": Dictionary(uniqueKeysWithValues: counts),
                "2": Dictionary(uniqueKeysWithValues: words.map { ($0, 2) }),
            ])
    }

    @Test("Words that differ only in their bytes, or are not text, remain different")
    func bytes() throws {
        let ledger = try FilledLedger(in: store, blocks: 1)
        try ledger.put([
            (Array("é".utf8), [1, 0]), (Array("e\u{301}".utf8), [2, 0]), ([0xE9], [3, 0]), ([0xC3], [4, 0]),
        ])
        let text = try dump(ledger).text
        let start =
            #"{"vocab_size": 4, "beta": 0.1, "w": {"0": {"\#u{E9}": 1, "e\#u{301}": 2, "\udce9": 3, "\udcc3": 4}}, "#
        #expect(text.utf8.starts(with: start.utf8))
    }

    @Test("A file that is larger than all buffers is complete")
    func large() throws {
        let ledger = try FilledLedger(in: store, topics: 3, blocks: 7)
        try ledger.put((0..<20_000).map { (name: "word number \($0)", counts: [1, UInt32($0), 0]) })
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(try dump(ledger).text.utf8)) as? [String: Any])
        let topics = try #require(object["w"] as? [String: [String: Int]])
        #expect(topics["0"]?.count == 20_000)
        #expect(topics["1"]?.values.reduce(0, +) == 20_000 * 19_999 / 2)
        #expect(object["vocab_size"] as? Int == 20_000)
    }

    @Test("Documents are not written if some shards have not published all of theirs")
    func partialDocuments() throws {
        let ledger = try FilledLedger(in: store, shards: 2)
        try ledger.put([("ape", [2, 0])], shard: 0, documents: 1, publishes: true)
        try ledger.put([("bee", [0, 3])], shard: 1, documents: 1, publishes: true)
        try ledger.publish([("d0", [2, 0])], shard: 0)
        func outcome() throws -> PublishedDocuments.Outcome {
            try PublishedDocuments.take(from: store, manifest: ledger.manifest)
        }
        guard case .incomplete(let reason) = try outcome() else { return #expect(Bool(false), "shard 1 is missing") }
        #expect(reason.contains("shard 1") && reason.contains("0 of its 1 documents"))

        try ledger.publish([("d1", [0, 2])], shard: 1)
        guard case .incomplete(let reason) = try outcome() else { return #expect(Bool(false), "a token is missing") }
        #expect(reason.contains("2 of its 3 tokens"))

        try ledger.publish([("d1", [0, 3])], shard: 1)
        guard case .complete(let published) = try outcome() else { return #expect(Bool(false), "all are published") }
        #expect(published.documents.count == 2)

        try ledger.put([("bee", [0, 3])], shard: 1, documents: 1, publishes: false)
        guard case .incomplete(let reason) = try outcome() else {
            return #expect(Bool(false), "shard 1 publishes none")
        }
        #expect(reason.contains("shard 1 publishes no documents"))
    }

    @Test("If a chunk is missing, the documents are incomplete")
    func damagedChunk() throws {
        let ledger = try FilledLedger(in: store)
        try ledger.put([("ape", [2, 0])], documents: 1, publishes: true)
        try ledger.publish([("d0", [2, 0])], chunk: 1)
        guard case .incomplete(let reason) = try PublishedDocuments.take(from: store, manifest: ledger.manifest)
        else { return #expect(Bool(false), "chunk 0 is missing") }
        #expect(reason.contains("chunk 0"))
    }

    private func dump(_ ledger: FilledLedger) throws -> (path: String, text: String) {
        let folder = try TemporaryDirectory()
        let snapshot = try ModelSnapshot.take(from: store, manifest: ledger.manifest)
        var documents: LabelledRows?
        if case .complete(let all) = try PublishedDocuments.take(from: store, manifest: ledger.manifest) {
            documents = all.documents
        }
        let path = try DistLDADump(TopicModel(snapshot), documents: documents).write(to: folder.path)
        var reader = try DecompressingReader(path: path)
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while true {
            let count = try reader.read(into: &buffer)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return (path, String(decoding: bytes, as: UTF8.self))
    }
}
