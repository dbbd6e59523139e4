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
    var warnings: [CorpusWarning] = []
    /// The meaning of the rows of a Matrix Market file; nil in other formats.
    var matrixRows: MatrixRows?
    /// The list of words, if the options say that it is kept.
    var wordOrder: WordTable?

    init(format: InputFormat) {
        self.format = format
    }
}

extension CorpusSummary {
    /// Sets the properties that are the same for every shard, except those of names.
    mutating func take(_ total: CorpusTotal, _ options: ReadingOptions) {
        reading = options.description(of: total)
        format = total.format
        digest = total.digest
        wordListDigest = total.wordListDigest
        findings = total.findings
        tallies = total.tallies
        inputWarnings = total.warnings
        bytes = total.bytes
        lines = total.documents
    }
}
