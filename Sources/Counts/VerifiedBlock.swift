/// A block whose parts were all read at one moment, decoded, and found to keep the ledger's law: its total is the sum
/// of its contributions, cell by cell.
package struct VerifiedBlock: Sendable, Equatable {
    package let words: WordList
    /// One row a word.
    package let total: SparseRows
    /// By shard: the sum of its contribution.
    package let amounts: [Int: Int]
    /// By shard: the sweeps it had finished when it took the counts.
    package let sweeps: [Int: Int]

    /// Why a block is not (yet) good for anything. The shards mend both at their next exchange.
    package enum Fault: Error, Sendable, Equatable {
        /// A value that does not decode: "v", "n", "words", "c/3".
        case damaged(block: Int, value: String)
        /// Total and contributions differ.
        case unbalanced(block: Int)
    }

    /// O(cells of the total and of every contribution).
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
