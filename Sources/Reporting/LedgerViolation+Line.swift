package import Counts
import JSON

extension LedgerViolation {
    /// The violation as a line for a terminal: its place and the contradicting values.
    package var line: String {
        switch self {
        case .damaged(let block, let value): "block \(block): value \(value) is damaged or missing"
        case .unbalanced(let block, let imbalance): "block \(block): \(imbalance.words)"
        case .repeatedWord(let block, let word, let rows):
            "block \(block): word \(Self.quoted(word)) is in "
                + rows.map { "row \($0)" }.joined(separator: " and ") + " of the list"
        case .strayWord(let block, let word, let belongs):
            "block \(block): word \(Self.quoted(word)) belongs to block \(belongs)"
        case .foreignShard(let block, let shard, let shards):
            "block \(block): there are counts of shard \(shard), but the run has shards 0 to \(shards - 1)"
        case .untagged(let block, let shard): "block \(block): the tag of shard \(shard) is damaged or missing"
        case .lostContribution(let block, let shard):
            "block \(block): shard \(shard) has a tag, but its counts are missing"
        case .generationAhead(let block, let shard, let tag, let holder):
            "block \(block): the tag of shard \(shard) has generation \(tag.value), but the shard is held by "
                + "\(holder.value)"
        case .absentContributions(let shard, let blocks, let first):
            "block \(first): counts of shard \(shard) are missing"
                + (blocks > 1 ? ", here and in \(blocks - 1) more of the blocks" : "")
        case .tokens(let shard, let stored, let registered):
            "shard \(shard): \(stored) tokens in the store, but it has \(registered)"
        }
    }

    fileprivate static func quoted(_ word: [UInt8]) -> String { "\"\(UTF8Text.printable(word.span))\"" }
}

extension LedgerViolation.Imbalance {
    fileprivate var words: String {
        let sums = "the total has \(totalTokens) tokens, the contributions \(contributedTokens)"
        if cells == 0 { return sums + ", in other rows" }
        return sums
            + "; \(cells) \(cells == 1 ? "cell differs" : "cells differ"), first word \(LedgerViolation.quoted(word)) "
            + "in topic \(topic): \(total) and \(contributed)"
    }
}

extension LedgerRepair.Mending {
    /// The repair of a block as a line for a terminal.
    package var line: String {
        let before = tokensBefore.map { "\($0)" } ?? "unknown"
        let shards = removed.map { "\($0)" }.joined(separator: ", ")
        return "repaired block \(block): tokens before \(before), now \(tokens)"
            + (shards.isEmpty ? "" : "; counts removed, of shards: \(shards)")
    }
}
