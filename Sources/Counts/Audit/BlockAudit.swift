import Hashing

/// Checks all invariants that concern a single block on a record of it. (`VerifiedBlock`, used for dumps, checks fewer
/// of them and stops at the first fault.)
package struct BlockAudit: Sendable {
    package private(set) var violations: [LedgerViolation] = []
    /// The block's words; nil if the list is damaged, in which case the rows cannot be assigned to words.
    package private(set) var words: WordList?
    /// The block's total; nil if it is damaged.
    package private(set) var total: SparseRows?
    /// The readable contributions of shards that belong to the run, by shard.
    package private(set) var contributions: [Int: SparseRows] = [:]

    /// Checks the record. O(cells of the total and of every contribution, and bytes of the words).
    package init(_ record: BlockRecord, block: Int, manifest: RunManifest) {
        if record == BlockRecord() {
            (words, total) = (WordList(), SparseRows())
            return
        }
        if record.version == nil { violations.append(.damaged(block: block, value: "v")) }
        readWords(record, block, manifest)
        guard let words else { return }

        func rows(_ bytes: [UInt8]?, _ unpack: ([UInt8], _ columns: Int) -> SparseRows?) -> SparseRows? {
            let rows = bytes.flatMap { unpack($0, manifest.columns) }
            return rows.flatMap { $0.count <= words.count ? $0 : nil }
        }
        total = rows(record.total, PackedTotal.unpack)
        if total == nil { violations.append(.damaged(block: block, value: "n")) }
        for shard in Set(record.contributions.keys).union(record.tags.keys).sorted() {
            guard (0..<manifest.shards).contains(shard) else {
                violations.append(.foreignShard(block: block, shard: shard, shards: manifest.shards))
                continue
            }
            guard let bytes = record.contributions[shard] else {
                violations.append(.lostContribution(block: block, shard: shard))
                continue
            }
            contributions[shard] = rows(bytes, PackedRows.unpack)
            if contributions[shard] == nil { violations.append(.damaged(block: block, value: "c/\(shard)")) }
            if record.tags[shard] == nil { violations.append(.untagged(block: block, shard: shard)) }
        }
        if let imbalance { violations.append(.unbalanced(block: block, imbalance)) }
    }

    /// The sum of the readable contributions, with one row for each word; nil if a cell exceeds `UInt32.max`.
    package var sum: SparseRows? {
        var sum = SparseRows(emptyRows: words?.count ?? 0)
        for rows in contributions.values {
            guard let next = sum.adding(rows) else { return nil }
            sum = next
        }
        return sum
    }

    private mutating func readWords(_ record: BlockRecord, _ block: Int, _ manifest: RunManifest) {
        let packed = record.words ?? []
        guard WordList.Identity(ofPacked: packed) == record.wordsIdentity ?? .init(ofPacked: []),
            let list = WordList(packed: packed)
        else {
            violations.append(.damaged(block: block, value: "words"))
            return
        }
        var rows: [[UInt8]: Int] = [:]
        let known = violations.count
        for (row, word) in list.words.enumerated() {
            let belongs = WordBlock.number(of: word, of: manifest.blocks)
            if belongs != block { violations.append(.strayWord(block: block, word: word, belongs: belongs)) }
            if let first = rows.updateValue(row, forKey: word) {
                violations.append(.repeatedWord(block: block, word: word, rows: [first, row]))
            }
        }
        if violations.count == known { words = list }
    }

    /// The difference between the total and the sum of the contributions; nil if there is none or the total is damaged.
    private var imbalance: LedgerViolation.Imbalance? {
        guard let total, let words else { return nil }
        let sum = sum
        // A total may have fewer rows than the block has words, as long as no contribution has more rows than the
        // total.
        let rows = contributions.values.reduce(0) { max($0, $1.count) }
        if let sum, rows <= total.count, sum.columns == total.columns, sum.amounts == total.amounts,
            (0..<words.count).allSatisfy({ sum.range(of: $0) == total.range(of: $0) })
        {
            return nil
        }
        var imbalance = LedgerViolation.Imbalance(
            totalTokens: total.sum, contributedTokens: contributions.values.reduce(0) { $0 + $1.sum })
        guard let sum else { return imbalance }
        for row in 0..<words.count {
            let (left, right) = (Self.cells(of: row, in: total), Self.cells(of: row, in: sum))
            for topic in Set(left.keys).union(right.keys).sorted() where left[topic] != right[topic] {
                if imbalance.cells == 0 {
                    (imbalance.word, imbalance.topic) = (words.words[row], topic)
                    (imbalance.total, imbalance.contributed) = (left[topic] ?? 0, right[topic] ?? 0)
                }
                imbalance.cells += 1
            }
        }
        return imbalance
    }

    private static func cells(of row: Int, in rows: SparseRows) -> [Int: Int] {
        var cells: [Int: Int] = [:]
        for cell in rows.range(of: row) { cells[Int(rows.columns[cell])] = Int(rows.amounts[cell]) }
        return cells
    }
}
