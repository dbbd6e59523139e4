/// What all lines of the corpus come to, whoever owns them; as in `CorpusSummary`.
struct CorpusTotal {
    let lines: Int
    /// Whether a line holds more than white space.
    let hasContent: Bool
    let digest: UInt64
    let bytes: Int
}
