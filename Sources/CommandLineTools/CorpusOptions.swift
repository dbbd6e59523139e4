package import ArgumentParser
package import Corpus
import Sampling

/// Where the documents are, and how they are read.
package struct CorpusOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The document files, gzipped or not: paths, patterns in quotes, or - for standard input.",
            valueName: "file"))
    package var document: [String] = []

    @Option(
        help: ArgumentHelp(
            "dist_lda (name TAB word:count TAB word:count ...) or text (a document a line); told by the content.",
            valueName: "format"),
        transform: Self.format)
    package var inputFormat: InputFormat?

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

    /// Reads this shard's slices. Memory for them may take two thirds of what is free; the rest is the sampler's.
    package func read(
        _ files: [String], plan: SlicePlan, blocks: Int?, topics: Int, keepNames: Bool
    ) throws(CorpusError) -> ShardCorpus {
        try CorpusReader.read(
            files, plan: plan, blocks: blocks,
            options: ReadingOptions(
                format: inputFormat, maxLine: maxLine, skipBadLines: skipBadLines, strictUTF8: strictUTF8,
                keepNames: keepNames, memoryLimit: Machine.freeMemory.map { $0 / 3 * 2 },
                maxDocumentTokens: DocumentTopics.maxDocumentTokens(topics: topics)))
    }

    @Sendable private static func format(_ text: String) throws -> InputFormat {
        let name = text.replacing("-", with: "_")
        guard let format = InputFormat(rawValue: name) else {
            throw Numbers.Refusal(expected: InputFormat.allCases.map(\.rawValue).joined(separator: " or "))
        }
        return format
    }
}
