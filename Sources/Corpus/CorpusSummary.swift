/// A property of the input that was detected, as it is written to logs and to run.json.
package struct Finding: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        (self.name, self.value) = (name, value)
    }
}

/// A summary of the input that was read. Properties marked "this shard only" describe this shard's slices; the others
/// are the same for every shard of a run.
package struct CorpusSummary: Sendable, Equatable {
    package var format: InputFormat
    /// A description of how the input was read. Two descriptions are equal exactly if the same input gives the same
    /// documents.
    package var reading = ""
    /// XXH64 of every line followed by a newline, over all files in order. The original line ends and byte-order marks
    /// are not included, so that `zcat data.gz | xxhsum -H64` prints the same digest for a file with plain newlines.
    package var digest: UInt64 = 0
    /// XXH64 of the list of words that numbers refer to; 0 if there is no such list.
    package var wordListDigest: UInt64 = 0
    /// Properties that were detected: the list of words, whether indices begin at 0 or 1, and the like.
    package var findings: [Finding] = []
    /// The numbers of lines that were read although something is probably wrong with them. They count all files of the
    /// corpus, except that in a folder only this shard's files are counted.
    package var tallies = TextTallies()
    /// Properties of the input that may be mistakes.
    package var inputWarnings: [CorpusWarning] = []
    /// The number of decompressed bytes of all files; for a folder, the number of bytes on disk.
    package var bytes = 0
    /// The number of rows, and thus of documents, in the whole corpus.
    package var lines = 0
    /// The number of lines in the whole corpus whose name occurs on an earlier line.
    package var duplicateNames = 0
    /// This shard only, like `tokens` and `words`.
    package var documents = 0
    package var tokens = 0
    package var words = 0
    /// The number of documents without a token, including skipped lines; this shard only.
    package var emptyDocuments = 0
    /// The words removed by the rules for words, counted over the whole corpus as far as its words are known.
    package var removals: [WordRemoval] = []
    /// The number of lines that could not be read and were skipped; this shard only, except in formats of entries,
    /// where all skipped lines are counted.
    package var skippedLines = 0
    /// The reason why the first of them was skipped.
    package var firstSkipped: CorpusError?

    package init(format: InputFormat) {
        self.format = format
    }
}
