/// What was read. "Ours" is what this shard's slices hold; the rest is the same for every shard of a run.
package struct CorpusSummary: Sendable, Equatable {
    package var format: InputFormat
    /// XXH64 of every line followed by a newline, over all files in order; line ends and byte-order marks do not count,
    /// so that `zcat data.gz | xxhsum -H64` gives it for a file with plain newlines.
    package var digest: UInt64 = 0
    /// Decompressed bytes of all files.
    package var bytes = 0
    /// Lines, and so documents, of the whole corpus.
    package var lines = 0
    /// Lines of the whole corpus whose name an earlier line has.
    package var duplicateNames = 0
    /// Ours.
    package var documents = 0
    package var tokens = 0
    package var words = 0
    /// Ours without a token, skipped lines among them.
    package var emptyDocuments = 0
    /// Ours that could not be read, when such lines are to be skipped.
    package var skippedLines = 0
    /// Why the first of them was skipped.
    package var firstSkipped: CorpusError?

    package init(format: InputFormat) {
        self.format = format
    }
}
