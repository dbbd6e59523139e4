import ArgumentParser
import CommandLineTools
import Conversion
import Corpus
import Files
import LDA
import Logging
import Models
import Reporting

/// `dist-lda convert`: converts corpora and models from one format to another.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Converts corpora and models from one format to another.",
        usage: """
            dist-lda convert --document <file> ... --to <format> [--output <folder>]
            dist-lda convert --model <file> ... [--write <formats>] [--to <format>] [--output <folder>]
            """,
        discussion: """
            A corpus is read as dist-lda-shard reads it and written to OUTPUT/NAME.ending, where NAME is the name of \
            the first file. If the format cannot hold words or document names, they are written to lists in the same \
            folder. A model is read from a dump (dist_lda) or a MALLET state and written as dist-lda-shard writes it; \
            a state also holds the corpus. Existing files of these names are replaced.

            Examples:
              dist-lda convert --document docword.kos.txt.gz --to jsonl
              dist-lda convert --model model/state.gz --write csv,ldavis --output out
            """)

    @OptionGroup(title: "Documents") var corpus: CorpusOptions

    @OptionGroup(title: "Words") var words: WordOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "A dist_lda dump, or the files of a MALLET state, which are read as if they were joined.", valueName: "file"
        ))
    var model: [String] = []

    @Option(
        help: ArgumentHelp(
            "The format of the documents: dist_lda, text, mallet, lda_c, svmlight, jsonl, uci or matrix_market.",
            valueName: "format"),
        transform: Self.format)
    var to: CorpusFormat?

    @OptionGroup var written: WriteOptions

    @Flag(help: "Write the words of a model in the order of the list that --word-list or --vocab names.")
    var keepWordOrder = false

    @Option(
        help: ArgumentHelp(
            "The prior of each topic, for a state that does not contain it (default: 0.1).", valueName: "number"),
        transform: Numbers.positive)
    var alpha: Double?

    @Option(
        help: ArgumentHelp(
            "The prior of each word, for a state that does not contain it (default: 0.01).", valueName: "number"),
        transform: Numbers.positive)
    var beta: Double?

    @Option(help: ArgumentHelp("The folder to write to; created if it does not exist.", valueName: "folder"))
    var output = "."

    @OptionGroup var log: LogOptions

    func run() throws {
        let formats = written.formats(unasked: [])
        switch (corpus.document.isEmpty, model.isEmpty) {
        case (false, false): throw UsageError("give either --document or --model, not both")
        case (true, true):
            throw UsageError("name what to convert with --document or --model (see dist-lda convert --help)")
        case (false, true):
            if !formats.isEmpty {
                throw UsageError(
                    "--write=\(formats[0].rawValue) is for models: train one with dist-lda-shard, or use --to")
            }
            if keepWordOrder { throw UsageError("--keep-word-order is for models: omit it, or use --model") }
            guard let to else { throw UsageError("name the format to write with --to") }
            try convertCorpus(to: to)
        case (true, false):
            if formats.isEmpty && to == nil { throw UsageError("name what to write with --write or --to") }
            if model.contains("-") { throw UsageError("--model is read repeatedly: name files, not standard input") }
            try convertModel(formats)
        }
    }

    // MARK: Corpora

    private func convertCorpus(to format: CorpusFormat) throws {
        let logger = log.logger("dist-lda")
        let files = try corpus.files()
        var options = try corpus.reading(words)
        options.maxDocumentTokens = Int(UInt32.max)
        if !options.rules.keepsAll, files.contains("-") {
            throw UsageError("to remove words, the documents must be read twice: name files, not standard input")
        }
        let kept = try KeptWords(in: files, options)
        try OutputFolder.prepare(output)
        var file: CorpusFile? = try CorpusFile(format, name: Self.name(of: files), in: output)
        var written: CorpusFile.Written?
        let summary = try DocumentStream.read(files, options: options) { document, words in
            let (numbers, counts) = kept.selecting(document.words, document.counts)
            let converted = CorpusDocument(
                index: document.index, name: document.name, label: document.label, words: numbers, counts: counts)
            try file!.append(converted) { words.word(kept.original($0)) }
        } atEnd: { words in
            written = try file.take()!.finish(words: kept.count ?? words.count) { words.word(kept.original($0)) }
        }
        if let warning = summary.skippedWarning {
            logger.warning("\(warning)", metadata: ["count": "\(summary.skippedLines)"])
        }
        for warning in summary.warnings { logger.warning("\(warning)") }
        for removal in kept.removals {
            logger.info(
                "removed words",
                metadata: [
                    "rule": "\(removal.rule.rawValue)", "words": "\(removal.words)", "tokens": "\(removal.tokens)",
                ])
        }
        if let written { say(written, from: summary.format.rawValue, logger) }
    }

    private func say(_ written: CorpusFile.Written, from format: String, _ logger: Logger) {
        logger.info(
            "wrote the corpus",
            metadata: [
                "file": "\(paths(written.files))", "documents": "\(written.documents)",
                "vocabulary": "\(written.words)",
                "from": "\(format)",
            ])
        var replaced = ModelFiles.Written()
        (replaced.replacedWords, replaced.replacedNames) = (written.replacedWords, written.replacedNames)
        replaced.warn(logger)
    }

    private func paths(_ files: [String]) -> String { files.map { "\(output)/\($0)" }.joined(separator: ",") }

    /// Returns the name of a corpus in these files: `kos` for kos.lda.gz and for docword.kos.txt.
    static func name(of files: [String]) -> String {
        var name = InputFiles.baseName(of: files)[...]
        for ending in [".gz", ".zst"] where name.hasSuffix(ending) { name = name.dropLast(ending.count) }
        if name.hasPrefix("docword.") { name = name.dropFirst("docword.".count) }
        if let point = name.lastIndex(of: "."), point > name.startIndex { name = name[..<point] }
        return name.allSatisfy { $0 == "." } ? "corpus" : String(name)
    }

    // MARK: Models

    private func convertModel(_ formats: [ModelFormat]) throws {
        let logger = log.logger("dist-lda")
        let list = try wordOrder()
        let source = try ModelSource.read(model)
        var files: ModelFiles
        switch source {
        case .dump(let dump):
            try written.check(formats, parts: [.model, .documents]) { _ in
                "a dump does not hold the topic of each token: convert a MALLET state instead"
            }
            if let to {
                throw UsageError(
                    "--to=\(to.rawValue): a dump does not hold the words of documents: convert a MALLET state instead")
            }
            if dump.documents.count == 0 {
                try written.check(formats, parts: [.model]) { _ in
                    "the dump has no documents, because it was written without --publish-documents"
                }
            }
            files = ModelFiles(formats, of: dump.model)
            if dump.documents.count > 0 {
                files.documents = PublishedDocuments(documents: dump.documents)
                files.publishedDocuments = dump.documents
            }
        case .state(let state):
            files = ModelFiles(formats, of: try model(of: state, logger))
            files.documents = list.map { state.ordered(by: WordOrder(of: state.words.labels, by: $0)) } ?? state
            if formats.contains(.distLDA) { files.publishedDocuments = try LabelledRows(of: state) }
        }
        if let list { files.model = files.model.map { $0.ordered(by: WordOrder(of: $0.words.labels, by: list)) } }
        files.threshold = written.docTopicsThreshold
        try ModelFormat.check(formats, topics: files.priors.topics)
        if formats.contains(.distLDA), let model = files.model, model.priors.symmetricAlpha == nil {
            logger.warning("a dump has one alpha, but these topics have several: their mean is written")
        }
        try OutputFolder.prepare(output)
        if !formats.isEmpty {
            let written = try files.write(to: output)
            logger.info(
                "wrote the model",
                metadata: ["file": "\(paths(written.files))", "tokens": "\(files.model?.tokens ?? 0)"])
            written.warn(logger)
        }
        if let to, case .state(let state) = source { try write(state, as: to, logger) }
    }

    /// Returns the list of words in whose order the model is written; nil without `--keep-word-order`.
    private func wordOrder() throws -> WordTable? {
        guard keepWordOrder else { return nil }
        guard let path = words.vocab ?? corpus.wordList else {
            throw UsageError("--keep-word-order needs a list of words: name it with --word-list or --vocab")
        }
        return try WordTable(orderFrom: path, corpus.featureNames)
    }

    private func model(of state: StateModel, _ logger: Logger) throws -> TopicModel {
        if state.alpha == nil && alpha == nil || state.beta == nil && beta == nil {
            logger.warning(
                "the state does not contain its priors: --alpha and --beta are used",
                metadata: ["alpha": "\(alpha ?? 0.1)", "beta": "\(beta ?? 0.01)"])
        }
        return TopicModel(
            document: InputFiles.baseName(of: model),
            priors: Priors(
                alpha: state.alpha ?? Array(repeating: alpha ?? 0.1, count: state.topics),
                beta: state.beta ?? beta ?? 0.01),
            words: state.words)
    }

    private func write(_ state: StateModel, as format: CorpusFormat, _ logger: Logger) throws {
        guard let words = state.tokenWords else { return }
        // The words by their rows in the model.
        let labels = state.words.labels
        var file = try CorpusFile(format, name: Self.name(of: model), in: output)
        try state.visit(withTokens: true) { document in
            let numbers = document.tokenWords.map { UInt32(words.rows[Int($0)]) }
            try file.append(
                CorpusDocument(
                    index: document.index, name: document.name, words: numbers,
                    counts: Array(repeating: 1, count: numbers.count))
            ) { Array(labels[Int($0)]) }
        }
        say(try file.finish(words: labels.count) { Array(labels[Int($0)]) }, from: "state", logger)
    }

    @Sendable private static func format(_ text: String) throws -> CorpusFormat {
        guard let format = CorpusFormat(rawValue: text.replacing("-", with: "_")) else {
            throw Numbers.Refusal(expected: CorpusFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return format
    }
}
