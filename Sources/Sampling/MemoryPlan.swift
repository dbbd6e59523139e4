import CKernels
package import Corpus

/// The memory that training will take in this process, computed before it begins. All values are in bytes.
///
/// The values are exact except for `rows`, which is an upper bound: every word is assumed to be in as many topics as
/// possible. The first sweeps come near this bound, and later ones need much less. The slices themselves have already
/// been allocated.
package struct MemoryPlan: Sendable, Equatable {
    /// The documents and topics of the tokens: 6 bytes per token.
    package let tokens: Int
    /// n_dk.
    package let documents: Int
    /// The process's own n_wk: at most 6 bytes per word and topic.
    package let rows: Int
    /// Working memory: about 90 bytes per topic and core.
    package let cores: Int
    /// The additional memory for checkpoints: for the one that is being written (`PackedSlice`), or for restoring one.
    package let checkpoint: Int
    /// The part of the total that has not been allocated yet.
    package let toCome: Int

    package init(_ slices: [CorpusSlice], topics: Int, keepsCheckpoints: Bool = false) {
        let count = slices.reduce(0) { $0 + $1.tokenDocuments.count }
        tokens = count * 6
        documents = slices.reduce(0) {
            $0 + DocumentLayout(documentLengths: $1.documentLengths, topics: topics).bytes
        }
        var cells = 0
        for word in 0..<(slices.first.map { $0.tokenStarts.count - 1 } ?? 0) {
            let tokens = slices.reduce(0) { $0 + Int($1.tokenStarts[word + 1] - $1.tokenStarts[word]) }
            cells += min(tokens, topics)
        }
        rows = cells * 6
        cores = slices.count * (kernel_memory_bytes(UInt32(topics)) + topics * MemoryLayout<Int>.stride * 4)
        checkpoint = keepsCheckpoints ? Self.checkpoint(slices, topics: topics, inAdditionTo: rows + cores) : 0
        toCome = count * 2 + documents + rows + cores + checkpoint
    }

    /// Returns the additional memory for checkpoints. While a state is restored from its packed form, the rows have not
    /// been allocated yet, but if documents are lists, the topics of their tokens are in memory twice.
    private static func checkpoint(_ slices: [CorpusSlice], topics: Int, inAdditionTo others: Int) -> Int {
        var (packed, restoring) = (0, 0)
        for slice in slices {
            let lists = PackedSlice.maxListBytes(of: slice, topics: topics)
            packed += PackedSlice.assignmentBytes(of: slice, topics: topics) + lists
            if lists > 0 { restoring += slice.tokenDocuments.count * 2 + slice.documentLengths.count * 4 }
        }
        return packed + max(0, restoring - others)
    }

    package var total: Int { tokens + documents + rows + cores + checkpoint }

    /// Throws `Refusal` if the memory not allocated yet exceeds `free`; nil: the free memory is unknown.
    package func check(free: Int?, shards: Int) throws(Refusal) {
        guard let free, toCome > free else { return }
        throw Refusal(plan: self, free: free, shards: shards)
    }

    package struct Refusal: Error, CustomStringConvertible {
        let plan: MemoryPlan
        let free: Int
        let shards: Int

        package var description: String {
            func megabytes(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000) MB" }
            return "training needs \(megabytes(plan.toCome)) more, but only \(megabytes(free)) are free (documents "
                + "\(megabytes(plan.documents)), counts up to \(megabytes(plan.rows)), cores "
                + "\(megabytes(plan.cores))): use more than \(shards) --shards, fewer --topics, or a larger machine"
        }
    }
}
