package import ArgumentParser
package import Corpus
import Platform
import Sampling

/// The options for the documents: where they are and how they are read.
package struct CorpusOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The document files, plain or compressed (gzip, Zstandard): paths, quoted patterns, lists separated by "
                + "commas, @LIST for the files named in the file LIST, folders (each file is a document; of a folder "
                + "of 10x Genomics, its matrix is read), or - for standard input.",
            valueName: "file"))
    package var document: [String] = []

    @Option(
        help: ArgumentHelp(
            "dist_lda (name TAB word:count TAB word:count ...), text (one document per line), mallet (name label "
                + "text), lda_c, uci, matrix_market, svmlight, jsonl, csv, tsv or folder (one document per file). "
                + "Default: what the names of the files say, otherwise detected from their content.",
            valueName: "format"),
        transform: Self.format)
    package var inputFormat: InputFormat?

    @Option(
        help: ArgumentHelp(
            "jsonl, csv, tsv: the name of the field or column that holds the text (default: text).", valueName: "name"
        ))
    package var textField: String?

    @Option(
        help: ArgumentHelp(
            "jsonl, csv, tsv: the field or column that holds the document's name (default: the row number).",
            valueName: "name"))
    package var idField: String?

    @Flag(help: "csv, tsv: the first record is a document, not a header; columns are named by number, from 1.")
    package var noHeader = false

    @Flag(help: "csv, tsv: quotes are ordinary characters; a record is a line.")
    package var noQuotes = false

    @Option(
        help: ArgumentHelp(
            "matrix_market: what each row stands for (default: words if there is a list of features, as in genomics, "
                + "otherwise documents).",
            valueName: "documents|words"))
    package var mmRows: MatrixRows?

    @Option(
        help: ArgumentHelp(
            "lda_c, uci, matrix_market, svmlight: the list of words that the numbers refer to, one per line (default: "
                + "X.vocab, vocab.X.txt, vocab.txt, features.tsv or genes.tsv in the same folder, otherwise the "
                + "numbers are the words).",
            valueName: "file"))
    package var wordList: String?

    @Option(
        help: ArgumentHelp(
            "lda_c, uci, matrix_market, svmlight: the first number of the words, and of numbered documents (default: "
                + "that of the format; for svmlight 0 if there is a 0, otherwise 1).",
            valueName: "0|1"),
        transform: Numbers.whole(0...1))
    package var indexBase: Int?

    @Option(
        help: ArgumentHelp(
            "matrix_market: the column of features.tsv or genes.tsv that names the words (default: symbol).",
            valueName: "id|symbol"))
    package var featureNames: FeatureNames?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "matrix_market: read only features of these types, separated by commas, for example \"Gene Expression\"; "
                + "may be repeated (default: all).",
            valueName: "types"))
    package var featureTypes: [String] = []

    @Flag(help: "Count a word once in each document in which it occurs.")
    package var binarize = false

    @Flag(help: "Count lines that cannot be read and continue; their documents keep their rows, but have no words.")
    package var skipBadLines = false

    @Flag(name: .customLong("strict-utf8"), help: "Refuse lines that are not UTF-8 (default: words are any bytes).")
    package var strictUTF8 = false

    @Option(
        help: ArgumentHelp(
            "The encoding of files without a byte-order mark: utf-8, latin1, windows-1252, utf-16, utf-16le, utf-16be, "
                + "utf-32, utf-32le or utf-32be (default: utf-8).",
            valueName: "encoding"),
        transform: Self.encoding)
    package var encoding: TextEncoding?

    @Flag(name: .customLong("allow-nul"), help: "Read NUL bytes like any other byte (default: refuse such files).")
    package var allowNUL = false

    @Option(
        help: ArgumentHelp("The maximum length of a line (default: 67108864).", valueName: "bytes"),
        transform: Numbers.whole(1...1 << 40))
    package var maxLine = 64 << 20

    package init() {}

    /// The files that `--document` names, in order.
    package func files() throws -> [String] {
        if document.isEmpty {
            throw UsageError("name the documents with --document, for example --document=data.gz")
        }
        return try InputFiles.expand(document)
    }

    /// Returns the reading options, with the word lists that the options name. The documents may take two thirds of the
    /// free memory; the rest is for the sampler.
    package func reading(_ words: WordOptions) throws(CorpusError) -> ReadingOptions {
        var options = ReadingOptions(
            format: inputFormat, maxLine: maxLine, skipBadLines: skipBadLines, strictUTF8: strictUTF8,
            memoryLimit: Machine.freeMemory.map { $0 / 3 * 2 })
        options.encoding = encoding
        options.allowsNUL = allowNUL
        options.tokenizer = words.tokenizer
        options.rules = try words.rules()
        options.fields = FieldOptions(text: textField, id: idField, hasHeader: !noHeader, hasQuotes: !noQuotes)
        options.matrixRows = mmRows
        options.indexBase = indexBase
        options.featureNames = featureNames
        options.featureTypes = featureTypes.flatMap { $0.split(separator: ",").map(String.init) }
        options.binarizes = binarize
        options.wordList = wordList
        return options
    }

    /// Reads this shard's slices.
    package func draft(
        _ files: [String], words: WordOptions, plan: SlicePlan, blocks: Int?, topics: Int, keepNames: Bool,
        keepWordOrder: Bool
    ) throws(CorpusError) -> CorpusDraft {
        var options = try reading(words)
        options.keepNames = keepNames
        options.keepsWordOrder = keepWordOrder
        options.maxDocumentTokens = DocumentTopics.maxDocumentTokens(topics: topics)
        return try CorpusReader.draft(files, plan: plan, blocks: blocks, options: options)
    }

    @Sendable private static func encoding(_ text: String) throws -> TextEncoding {
        guard let encoding = TextEncoding(name: text) else {
            let names = TextEncoding.allCases.map(\.rawValue)
            throw Numbers.Refusal(expected: names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])")
        }
        return encoding
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
extension FeatureNames: ExpressibleByArgument {}
