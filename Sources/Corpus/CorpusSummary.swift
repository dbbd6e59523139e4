/// Something about the input that was found out, in the words of logs and run.json.
package struct Finding: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        (self.name, self.value) = (name, value)
    }
}

/// What was read. "Ours" is what this shard's slices hold; the rest is the same for every shard of a run.
package struct CorpusSummary: Sendable, Equatable {
    package var format: InputFormat
    /// How it was read, in words that are the same exactly if the same input gives the same documents.
    package var reading = ""
    /// XXH64 of every line followed by a newline, over all files in order; line ends and byte-order marks do not count,
    /// so that `zcat data.gz | xxhsum -H64` gives it for a file with plain newlines.
    package var digest: UInt64 = 0
    /// XXH64 of the words that numbers stand for; 0: there is no list of them.
    package var wordListDigest: UInt64 = 0
    /// What was found out about the input: the list of words, whether indices begin at 0 or 1, and the like.
    package var findings: [Finding] = []
    /// Decompressed bytes of all files; of a folder, bytes on the disk.
    package var bytes = 0
    /// Rows, and so documents, of the whole corpus.
    package var lines = 0
    /// Lines of the whole corpus whose name an earlier line has.
    package var duplicateNames = 0
    /// Ours.
    package var documents = 0
    package var tokens = 0
    package var words = 0
    /// Ours without a token, skipped lines among them.
    package var emptyDocuments = 0
    /// What the rules for words removed: of the whole corpus, as far as its words are known.
    package var removals: [WordRemoval] = []
    /// Ours that could not be read, when such lines are to be skipped; of entries, all.
    package var skippedLines = 0
    /// Why the first of them was skipped.
    package var firstSkipped: CorpusError?

    package init(format: InputFormat) {
        self.format = format
    }
}
