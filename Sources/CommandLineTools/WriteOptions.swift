package import ArgumentParser
package import Models

/// `--write` and `--doc-topics-threshold`: the formats in which a model is written.
package struct WriteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The formats to write, separated by commas: dist_lda, state, keys, doc-topics, word-topic-counts, "
                + "topic-word-weights, diagnostics, ldavis, numpy, csv (default: dist_lda; none for convert and for "
                + "shards that use Redis).",
            valueName: "formats"),
        transform: Self.list)
    private var write: [ModelFormat]?

    @Option(
        help: ArgumentHelp(
            "Omit topics with a smaller share from the document topics (default: write all).", valueName: "share"),
        transform: Numbers.number(0...1))
    package var docTopicsThreshold: Double?

    package init() {}

    /// Returns the formats given by `--write`, or `unasked` without it.
    package func formats(unasked: [ModelFormat]) -> [ModelFormat] { write ?? unasked }

    /// Throws `UsageError` if one of the formats holds none of the `parts`.
    package func check(_ formats: [ModelFormat], parts: Set<ModelFormat.Part>, _ reason: (ModelFormat) -> String) throws
    {
        for format in formats where format.parts.isDisjoint(with: parts) {
            throw UsageError("--write=\(format.rawValue): \(reason(format))")
        }
    }

    @Sendable private static func list(_ text: String) throws -> [ModelFormat] {
        var formats: [ModelFormat] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            let spelling = name == "dist-lda" ? "dist_lda" : name.replacing("_", with: "-")
            guard let format = ModelFormat(rawValue: String(name)) ?? ModelFormat(rawValue: String(spelling)) else {
                throw Numbers.Refusal(expected: ModelFormat.allCases.map(\.rawValue).joined(separator: ", "))
            }
            if !formats.contains(format) { formats.append(format) }
        }
        return formats
    }
}
