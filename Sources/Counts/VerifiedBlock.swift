/// A decoded block that satisfies the ledger's invariant: its total is the sum of its contributions, cell by cell. All
/// parts of the block were read atomically.
package struct VerifiedBlock: Sendable, Equatable {
    package let words: WordList
    /// The total, with one row for each word.
    package let total: SparseRows
    /// The sum of each shard's contribution, by shard.
    package let amounts: [Int: Int]
    /// The number of sweeps each shard had finished when it took its counts, by shard.
    package let sweeps: [Int: Int]

    /// The reason why a block cannot be used yet. The shards repair both kinds of fault at their next exchange.
    package enum Fault: Error, Sendable, Equatable {
        /// A value ("v", "n", "words", "c/3") cannot be decoded.
        case damaged(block: Int, value: String)
        /// The total is not the sum of the contributions.
        case unbalanced(block: Int)
    }

    /// Decodes and checks a block. O(cells of the total and of every contribution).
    package init(_ record: BlockRecord, block: Int, columns: Int) throws(Fault) {
        if record == BlockRecord() {
            (words, total, amounts, sweeps) = (WordList(), SparseRows(), [:], [:])
            return
        }
        guard record.version != nil else { throw .damaged(block: block, value: "v") }
        let packedWords = record.words ?? []
        guard WordList.Identity(ofPacked: packedWords) == record.wordsIdentity ?? .init(ofPacked: []),
            let words = WordList(packed: packedWords)
        else { throw .damaged(block: block, value: "words") }
        func rows(_ rows: SparseRows?, _ value: String) throws(Fault) -> SparseRows {
            guard let rows, rows.count <= words.count else { throw .damaged(block: block, value: value) }
            return rows
        }
        let total = try rows(record.total.flatMap { PackedTotal.unpack($0, columns: columns) }, "n")
        var sum = SparseRows(emptyRows: total.count)
        var amounts: [Int: Int] = [:]
        for (shard, bytes) in record.contributions {
            let contribution = try rows(PackedRows.unpack(bytes, columns: columns), "c/\(shard)")
            guard let next = sum.adding(contribution) else { throw .unbalanced(block: block) }
            sum = next
            amounts[shard] = contribution.sum
        }
        guard sum == total else { throw .unbalanced(block: block) }
        (self.words, self.total, self.amounts) = (words, total, amounts)
        sweeps = record.tags.mapValues(\.sweep)
    }
}
