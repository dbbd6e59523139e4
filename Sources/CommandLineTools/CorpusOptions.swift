package import ArgumentParser
package import Corpus
import Sampling

/// Where the documents are, and how they are read.
package struct CorpusOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The document files, compressed (gzip, Zstandard) or not: paths, patterns in quotes, several between commas, "
                + "@LIST for those that a file lists, folders (each file a document), or - for standard input.",
            valueName: "file"))
    package var document: [String] = []

    @Option(
        help: ArgumentHelp(
            "dist_lda (name TAB word:count TAB word:count ...), text (a document a line), mallet (name label text), lda_c, "
                + "uci, matrix_market, svmlight, jsonl, csv, tsv or folder (a document a file); told by the content, but for "
                + "mallet.",
            valueName: "format"),
        transform: Self.format)
    package var inputFormat: InputFormat?

    @Option(
        help: ArgumentHelp(
            "jsonl, csv, tsv: where the text is, by the name of the field or column (default: text).", valueName: "name"
        ))
    package var textField: String?

    @Option(
        help: ArgumentHelp(
            "jsonl, csv, tsv: where a document's name is (default: documents are named by their rows).",
            valueName: "name"))
    package var idField: String?

    @Flag(help: "csv, tsv: the first record is a document; columns are named by their numbers, from 1.")
    package var noHeader = false

    @Option(
        help: ArgumentHelp(
            "matrix_market: what a row is (default: documents).", valueName: "documents|words"))
    package var mmRows = MatrixRows.documents

    @Option(
        help: ArgumentHelp(
            "lda_c, uci, matrix_market, svmlight: the words that numbers stand for, one a line (default: X.vocab, "
                + "vocab.X.txt, vocab.txt, features.tsv or genes.tsv beside the file, else words are numbers).",
            valueName: "file"))
    package var wordList: String?

    @Flag(help: "Count lines that cannot be read, and go on; their documents keep their rows, without words.")
    package var skipBadLines = false

    @Flag(name: .customLong("strict-utf8"), help: "Refuse lines that are not UTF-8 (default: words are bytes).")
    package var strictUTF8 = false

    @Option(
        help: ArgumentHelp("The longest line allowed (default: 67108864).", valueName: "bytes"),
        transform: Numbers.whole(1...1 << 40))
    package var maxLine = 64 << 20

    package init() {}

    /// The files meant, in order.
    package func files() throws -> [String] {
        if document.isEmpty {
            throw UsageError("name the documents with --document, for example --document=data.gz")
        }
        return try InputFiles.expand(document)
    }

    /// How they are read, with the files of words that are named. Memory for the documents may take two thirds of what is
    /// free; the rest is the sampler's.
    package func reading(_ words: WordOptions) throws(CorpusError) -> ReadingOptions {
        var options = ReadingOptions(
            format: inputFormat, maxLine: maxLine, skipBadLines: skipBadLines, strictUTF8: strictUTF8,
            memoryLimit: Machine.freeMemory.map { $0 / 3 * 2 })
        options.tokenizer = words.tokenizer
        options.rules = try words.rules()
        options.fields = FieldOptions(text: textField, id: idField, hasHeader: !noHeader)
        options.matrixRows = mmRows
        options.wordList = wordList
        return options
    }

    /// Reads this shard's slices.
    package func draft(
        _ files: [String], words: WordOptions, plan: SlicePlan, blocks: Int?, topics: Int, keepNames: Bool
    ) throws(CorpusError) -> CorpusDraft {
        var options = try reading(words)
        options.keepNames = keepNames
        options.maxDocumentTokens = DocumentTopics.maxDocumentTokens(topics: topics)
        return try CorpusReader.draft(files, plan: plan, blocks: blocks, options: options)
    }

    @Sendable private static func format(_ text: String) throws -> InputFormat {
        let name = text.replacing("-", with: "_")
        guard let format = InputFormat(rawValue: name) else {
            let names = InputFormat.allCases.map(\.rawValue)
            throw Numbers.Refusal(expected: names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])")
        }
        return format
    }
}

extension MatrixRows: ExpressibleByArgument {}
