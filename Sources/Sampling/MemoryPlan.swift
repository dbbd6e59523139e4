import CKernels
package import Corpus

/// What training will take, known before it begins. All in bytes, of this process.
///
/// Exact but for `rows`: a word is counted as in as many topics as it can be, which the first sweeps come near and the
/// later ones leave far behind. The slices themselves are there already.
package struct MemoryPlan: Sendable, Equatable {
    /// The tokens' documents and topics: 6 bytes a token.
    package let tokens: Int
    /// n_dk.
    package let documents: Int
    /// n_wk, own counts: at most 6 bytes for each word and topic.
    package let rows: Int
    /// Working memory: about 90 bytes a topic and core.
    package let cores: Int
    /// What checkpoints add: one that is to be written (`PackedSlice`), or what it takes more to restore one.
    package let checkpoint: Int
    /// What of it is not allocated yet.
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
        checkpoint = keepsCheckpoints ? Self.checkpoint(slices, topics: topics, beside: rows + cores) : 0
        toCome = count * 2 + documents + rows + cores + checkpoint
    }

    /// While a state is restored from its packed form there are no rows yet, but where documents are lists their tokens'
    /// topics a second time.
    private static func checkpoint(_ slices: [CorpusSlice], topics: Int, beside others: Int) -> Int {
        var (packed, restoring) = (0, 0)
        for slice in slices {
            let lists = PackedSlice.maxListBytes(of: slice, topics: topics)
            packed += PackedSlice.assignmentBytes(of: slice, topics: topics) + lists
            if lists > 0 { restoring += slice.tokenDocuments.count * 2 + slice.documentLengths.count * 4 }
        }
        return packed + max(0, restoring - others)
    }

    package var total: Int { tokens + documents + rows + cores + checkpoint }

    /// Throws `Refusal` if what is to come exceeds `free`; nil: not known.
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
            return "training needs \(megabytes(plan.toCome)) more and \(megabytes(free)) are free (documents "
                + "\(megabytes(plan.documents)), counts up to \(megabytes(plan.rows)), cores \(megabytes(plan.cores))): use "
                + "more than \(shards) --shards, fewer --topics, or a larger machine"
        }
    }
}
