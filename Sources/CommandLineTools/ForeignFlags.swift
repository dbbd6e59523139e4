/// Flags of other topic-model trainers that users try first, and what to use instead.
enum ForeignFlags {
    /// The advice for each flag, by its name without the hyphens.
    private static let advice: [String: String] = [
        "input": "use --document", "input-dir": "use --document with the folder",
        "num-topics": "use --topics", "n-topics": "use --topics", "n-components": "use --topics",
        "num-iterations": "use --iterations", "n-iter": "use --iterations", "passes": "use --iterations",
        "iters": "use --iterations", "num-threads": "use --cores", "workers": "use --cores",
        "threads": "use --cores", "jobs": "use --cores", "random-seed": "use --seed",
        "random-state": "use --seed", "num-top-words": "use --top-words",
        "show-topics-interval": "use --show-every",
        "output-dir": "use --output", "output-state": "use --write=state",
        "output-topic-keys": "use --write=keys", "output-doc-topics": "use --write=doc-topics",
        "output-model": "the model is always written, to the folder --output",
        "word-topic-counts-file": "use --write=word-topic-counts",
        "topic-word-weights-file": "use --write=topic-word-weights", "diagnostics-file": "use --write=diagnostics",
        "input-state": "use --from", "input-model": "use --from with a state or a dump",
        "doc-topics-max": "use --doc-topics-threshold", "keep-sequence": "it is not needed",
        "stoplist": "use --stoplist-file",
        "token-regex": "use --tokens=letters, unicode or mallet", "preserve-case": "it is the default",
        "eta": "use --beta",
        "optimize-interval": "alpha and beta keep the given values here; set them with --alpha-sum and --beta",
        "optimize-burn-in": "alpha and beta keep the given values here",
        "use-symmetric-alpha": "alpha is always symmetric here",
        "no-below": "use --min-df", "no-above": "use --max-df", "keep-n": "use --max-vocab",
    ]

    /// Returns a message about an unknown option with the advice for it in place of any other; nil if there is none.
    static func message(for message: String) -> String? {
        guard let start = message.firstRange(of: "Unknown option '"), start.lowerBound == message.startIndex else {
            return nil
        }
        let name = String(message[start.upperBound...].prefix { $0 != "'" })
        return advice[String(name.drop { $0 == "-" })].map { "Unknown option '\(name)': \($0)" }
    }
}
