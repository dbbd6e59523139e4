import Corpus
import Foundation
import TestSupport
import Testing

struct FolderTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        for inner in ["b", "b/deep", "a", ".hidden"] {
            try FileManager.default.createDirectory(atPath: folder(inner), withIntermediateDirectories: true)
        }
        try folder.write("\u{FEFF}one two\r\none\r\n\r\n", to: "a/1.txt")
        try folder.write("", to: "a/2.txt")
        try folder.gzip([Array("three\n".utf8)], to: "b/3.txt.gz")
        try folder.zstd([Array("four".utf8)], to: "b/deep/4.zst")
        try folder.write([0x66, 0xFF, 0x20, 0x01, 0x0A], to: "z")
        try folder.write("never", to: ".hidden/5.txt")
        try folder.write("never", to: ".6.txt")
        try FileManager.default.createSymbolicLink(atPath: folder("b/loop"), withDestinationPath: folder.path)
    }

    private func read(
        _ paths: [String], shards: Int = 1, shard: Int = 0, _ options: ReadingOptions = ReadingOptions(keepNames: true)
    ) throws -> ShardCorpus {
        let plan = SlicePlan(shards: shards, cores: 1, thisShard: shard)
        return try CorpusReader.read(paths, plan: plan, blocks: 2, options: options)
    }

    @Test("each file is a document, named and sorted by its path; hidden files and links to folders are ignored")
    func documents() throws {
        for path in [folder.path, folder.path + "/"] {
            let corpus = try read([path])
            #expect(corpus.summary.format == .folder)
            #expect(corpus.names() == ["a/1.txt", "a/2.txt", "b/3.txt.gz", "b/deep/4.zst", "z"])
            #expect(corpus.documents[0] == ["one": 2, "two": 1])
            #expect(corpus.documents[1] == [:])
            #expect(corpus.documents[2] == ["three": 1])
            #expect(corpus.documents[3] == ["four": 1])
            #expect(corpus.documents[4]?.count == 2)
            #expect(corpus.summary.emptyDocuments == 1)
        }
    }

    @Test("files that are named individually are documents if the format is folder")
    func files() throws {
        let corpus = try read([folder("a/*.txt"), folder("z")], ReadingOptions(format: .folder, keepNames: true))
        #expect(corpus.names() == [folder("a/1.txt"), folder("a/2.txt"), folder("z")])
    }

    @Test("a shard opens only its own files, and all shards have the same digest")
    func shards() throws {
        let whole = try read([folder.path])
        try folder.write("\u{1F}\u{8B}", to: "a/2.txt")
        var documents: [Int: [String: Int]] = [:]
        // A gzip file with a damaged last byte and the same size as before. It is document 2, which shard 0 owns.
        let bytes = try folder.contents(of: "b/3.txt.gz")
        try folder.write("", to: "a/2.txt")
        try folder.write(Array(bytes.dropLast()) + [bytes[bytes.count - 1] ^ 1], to: "b/3.txt.gz")
        let other = try read([folder.path], shards: 2, shard: 1)
        documents.merge(other.documents) { _, new in new }
        #expect(documents == whole.documents.filter { $0.key % 2 == 1 })
        #expect(other.summary.digest == whole.summary.digest)
        #expect(other.summary.bytes == whole.summary.bytes)
        #expect(throws: CorpusError.self) { try read([folder.path], shards: 2, shard: 0) }
    }

    @Test("the label of a document is the folder that contains its file")
    func labels() throws {
        var labels: [String] = []
        _ = try DocumentStream.read([folder.path]) { document, _ in
            labels.append(String(decoding: document.label, as: UTF8.self))
        }
        #expect(labels == ["a", "a", "b", "b/deep", ""])
    }

    @Test("a file that is too large, or not UTF-8 with strictUTF8, is refused with its name")
    func refused() throws {
        var options = ReadingOptions(maxLine: 3)
        let empty = try folder.write("abcd", to: "long")
        options.format = .folder
        #expect(throws: CorpusError.textTooLong(file: empty, limit: 3)) { try read([empty], options) }
        options = ReadingOptions(strictUTF8: true)
        #expect(throws: CorpusError.notUTF8(file: folder("z"), line: 1, column: 2)) {
            try read([folder.path], options)
        }
        options.skipBadLines = true
        #expect(try read([folder.path], options).summary.skippedLines == 1)
    }

    @Test("files that are not text are skipped and counted, and their documents keep their rows")
    func notText() throws {
        let other = try TemporaryDirectory()
        let names = ["a.csv", "b.docx", "c.html", "d.json", "e", "f", "g", "h", "i.txt"]
        for name in names.dropLast() { try other.write("a text", to: name) }
        try other.write([0x50, 0x4B, 3, 4, 0], to: "e")
        try other.write("a\nb\0", to: "f")
        try other.write("<html>a</html>", to: "g")
        try other.write([0x61, 0, 0x62, 0, 0x63, 0, 0x64, 0], to: "h")
        try other.write([0x61, 0x0A, 0xE9, 0x0A], to: "i.txt")
        let summary = try read([other.path]).summary
        #expect((summary.documents, summary.emptyDocuments, summary.skippedLines) == (9, 8, 8))
        #expect(summary.firstSkipped == .otherFormat(file: other("a.csv"), named: .csv, format: .folder))
        #expect(try #require(summary.skippedWarning).hasPrefix("skipped files that cannot be read; the first: "))
        #expect(summary.tallies.notUTF8.first == other("i.txt:2:1"))
        // Names and characters mean nothing if the format is given; bytes that cannot be text are skipped all the same.
        let given = try read([other.path], ReadingOptions(format: .folder)).summary
        #expect(given.skippedLines == 3)
        #expect(given.firstSkipped == .foreign(file: other("e"), format: .zip, evidence: .bytes))
    }

    @Test("if no file of a folder is text, the error says why")
    func noText() throws {
        let other = try TemporaryDirectory()
        try other.write("%PDF-1.7\n", to: "a.pdf")
        try other.write("%PDF-1.7\n", to: "b")
        #expect(throws: CorpusError.foreign(file: other("a.pdf"), format: .pdf, evidence: .text)) {
            try read([other.path])
        }
    }

    private func read(_ paths: [String], _ options: ReadingOptions) throws -> ShardCorpus {
        try read(paths, shards: 1, shard: 0, options)
    }
}
