/// What all documents of the corpus come to, whoever owns them; as in `CorpusSummary`.
struct CorpusTotal {
    let format: InputFormat
    var documents = 0
    /// Whether anything holds more than white space.
    var hasContent = false
    var digest: UInt64 = 0
    var bytes = 0
    var wordListDigest: UInt64 = 0
    var findings: [Finding] = []

    init(format: InputFormat) {
        self.format = format
    }
}

extension CorpusSummary {
    /// Takes over what is the same for every shard, but for the names.
    mutating func take(_ total: CorpusTotal, _ options: ReadingOptions) {
        reading = options.description(format: total.format, wordListDigest: total.wordListDigest)
        format = total.format
        digest = total.digest
        wordListDigest = total.wordListDigest
        findings = total.findings
        bytes = total.bytes
        lines = total.documents
    }
}
