/// Totals over all documents of the corpus, whichever shard owns them. The properties are those of `CorpusSummary`.
struct CorpusTotal {
    let format: InputFormat
    var documents = 0
    /// Whether any line contains more than white space.
    var hasContent = false
    var digest: UInt64 = 0
    var bytes = 0
    var wordListDigest: UInt64 = 0
    var findings: [Finding] = []
    var tallies = TextTallies()

    init(format: InputFormat) {
        self.format = format
    }
}

extension CorpusSummary {
    /// Sets the properties that are the same for every shard, except those of names.
    mutating func take(_ total: CorpusTotal, _ options: ReadingOptions) {
        reading = options.description(format: total.format, wordListDigest: total.wordListDigest)
        format = total.format
        digest = total.digest
        wordListDigest = total.wordListDigest
        findings = total.findings
        tallies = total.tallies
        bytes = total.bytes
        lines = total.documents
    }
}
