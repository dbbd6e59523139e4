import Conversion
import Corpus
import Files
import TestSupport

/// The readers of corpora, with the format given by name or detected from the content.
extension Parser {
    static let corpora = InputFormat.allCases.map { format in
        Parser(
            name: format.rawValue, words: pieces(of: format),
            samples: { folder in
                let input = try WrittenCorpus(seed: 1, documents: 12).write(as: format, to: folder)
                let file = format == .folder ? "texts/0001" : "corpus.\(format.rawValue)"
                let bytes = try folder.contents(of: file)
                // Choices: default flags, detection of the format, other tokenisers and rules for words; then the
                // encoding and the name of the file.
                return [[0, 0, 0], [1, 0, 0], [16, 9, 0], [2, 32, 0], [1, 0, 0x2B], [0, 0, 0x15]].map { $0 + bytes }
                    + [[0, 0, 0] + bytes.prefix(100)] + (input.paths.isEmpty ? [[]] : [])
            },
            read: { bytes, folder in
                var choices = Choices(bytes)
                var options = try options(format, &choices, folder)
                let text = choices.byte()
                options.encoding = ([nil] + TextEncoding.allCases)[text % 16 % (TextEncoding.allCases.count + 1)]
                options.allowsNUL = text & 16 == 0
                let name = options.format == nil ? names[text >> 5] : "fuzzed"
                let path = try document(format, Array(choices.rest), in: folder, name)
                try check(path, options, folder)
            })
    }

    /// Names of files, most of which say a format.
    private static let names = [
        "fuzzed", "fuzzed.csv", "fuzzed.tsv", "fuzzed.json", "fuzzed.mtx", "fuzzed.svm", "fuzzed.mallet",
        "docword.fuzzed.txt",
    ]

    private static func pieces(of format: InputFormat) -> [String] {
        let numbers = [
            "1:1", "0:0", ":4294967296", "99999999999999999999", "1e5", "-1", "\u{FEFF}", "\r\n", "\r", "\0",
        ]
        switch format {
        case .jsonl:
            return ["{\"text\":", "\"id\":", "\\ud800", "\\u0000", "[", "]", "},", "null", "1e999", "\u{FEFF}", "[{\""]
        case .csv: return ["text", "id", "\"\"", "\",\"", "\"\r\n", ",,", "sep=;\n", ";", " Text"]
        case .tsv: return ["text\t", "id\t", "\"\"", "\t\"", "\"\r\n"]
        case .matrixMarket:
            return numbers + [
                "%%MatrixMarket matrix coordinate ", "pattern ", "integer ", "real ", "general\n", "symmetric\n", "%",
            ]
        default: return numbers + ["PK\u{3}\u{4}", "%PDF-1.4\n", "<html", "PAR1\u{15}"]
        }
    }

    private static func options(
        _ format: InputFormat, _ choices: inout Choices, _ folder: TemporaryDirectory
    ) throws -> ReadingOptions {
        let (how, words) = (choices.byte(), choices.byte())
        var options = ReadingOptions(
            format: how & 1 == 0 || format == .folder ? format : nil, maxLine: 1 << 16, skipBadLines: how & 2 != 0,
            strictUTF8: how & 4 != 0, keepNames: true, memoryLimit: 16 << 20, maxDocumentTokens: 1 << 16,
            chunkSize: [1 << 18, 64, 1 << 10][(how >> 3) % 3], readsAhead: how & 32 != 0)
        switch options.format {
        case .jsonl, .csv, .tsv:
            options.fields = FieldOptions(text: "text", id: "id", hasHeader: options.format == .jsonl || how & 64 == 0)
            if !options.fields.hasHeader { (options.fields.text, options.fields.id) = ("2", "1") }
        case .ldaC, .uci, .matrixMarket, .svmlight:
            if how & 64 != 0 { options.wordList = try folder.write("a\nb\nc\nd\n\n", to: "words.list") }
            if format == .matrixMarket, how & 128 != 0 { options.matrixRows = .words }
            if words & 16 != 0 { options.indexBase = words & 1 }
        default: break
        }
        if options.format?.isText == true {
            options.tokenizer = Tokenizer(
                TokenRule.allCases[(words & 3) % TokenRule.allCases.count], lowercases: words & 4 != 0)
        }
        options.binarizes = words & 8 != 0
        if words & 32 != 0 { options.rules.minDocuments = .count(2) }
        if words & 64 != 0 { options.rules.maxWords = 3 }
        return options
    }

    private static func document(
        _ format: InputFormat, _ bytes: [UInt8], in folder: TemporaryDirectory, _ name: String
    ) throws -> String {
        if format != .folder { return try folder.write(bytes, to: name) }
        try OutputFolder.prepare(folder("fuzzed.texts"))
        try folder.write("a word", to: "fuzzed.texts/0")
        try folder.write(bytes, to: "fuzzed.texts/1")
        return folder("fuzzed.texts")
    }

    private static func check(_ path: String, _ options: ReadingOptions, _ folder: TemporaryDirectory) throws {
        let plan = SlicePlan(shards: 1, cores: 2, thisShard: 0)
        let corpus = try accepted(or: CorpusError.self) {
            try CorpusReader.read([path], plan: plan, blocks: 3, options: options)
        }
        guard let corpus else { return }
        let summary = corpus.summary
        let tokens = corpus.slices.reduce(0) { $0 + $1.tokenDocuments.count }
        try require(tokens == summary.tokens, "the slices have \(tokens) tokens, but \(summary.tokens) were counted")
        try require(summary.documents == summary.lines, "one shard has \(summary.documents) of \(summary.lines) rows")
        if options.rules.keepsAll { try checkStream(path, options, summary, folder) }
    }

    /// Checks that a stream of the corpus has the same documents, and so has the corpus when it is written and read
    /// again.
    private static func checkStream(
        _ path: String, _ options: ReadingOptions, _ summary: CorpusSummary, _ folder: TemporaryDirectory
    ) throws {
        let format = CorpusFormat.allCases[Int(summary.digest % 8)]
        try OutputFolder.prepare(folder("again"))
        var file: CorpusFile? = try CorpusFile(format, name: "c", in: folder("again"))
        var written: CorpusFile.Written?
        let stream = try accepted(or: WordCollision.self) {
            try DocumentStream.read([path], options: options) { document, words in
                try file!.append(
                    CorpusDocument(
                        index: document.index, name: document.name, label: document.label, words: document.words,
                        counts: document.counts)
                ) { words.word(Int($0)) }
            } atEnd: { words in
                written = try file.take()!.finish(words: words.count) { words.word(Int($0)) }
            }
        }
        guard let stream else { return }
        try require(
            (stream.documents, stream.tokens) == (summary.documents, summary.tokens),
            "the stream has \(stream.documents) documents and \(stream.tokens) tokens, "
                + "not \(summary.documents) and \(summary.tokens)")
        guard let written, written.replacedWords == 0, summary.tokens > 0 else { return }
        // Bytes that are words may look like a byte-order mark, or like the signature of another kind of file.
        let start = try folder.contents(of: "again/\(written.files[0])").prefix(512)
        let marks: [[UInt8]] = [[0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], [0, 0, 0xFE, 0xFF]]
        if marks.contains(where: start.starts) || ForeignFormat.binary(Array(start).span) != nil { return }
        var readingAgain = ReadingOptions(format: InputFormat(rawValue: format.rawValue))
        readingAgain.allowsNUL = true
        if format == .jsonl { readingAgain.fields = FieldOptions(text: "text", id: "id") }
        let again = try DocumentStream.read([folder("again/\(written.files[0])")], options: readingAgain) { _, _ in }
        try require(
            (again.documents, again.tokens, again.words) == (stream.documents, stream.tokens, stream.words),
            "as \(format.rawValue) it has \(again.documents) documents, \(again.tokens) tokens, \(again.words) words, "
                + "but had \(stream.documents), \(stream.tokens), \(stream.words)")
    }
}
