/// A violated invariant of the ledger, with the values that contradict each other.
package enum LedgerViolation: Sendable, Equatable {
    /// A value ("v", "n", "words", "c/3") is missing, cannot be decoded, or has more rows than the block has words.
    case damaged(block: Int, value: String)
    /// The total is not the sum of the contributions.
    case unbalanced(block: Int, Imbalance)
    /// A word appears twice in its block's list.
    case repeatedWord(block: Int, word: [UInt8], rows: [Int])
    /// A word is stored in a different block than the one its hash selects.
    case strayWord(block: Int, word: [UInt8], belongs: Int)
    /// A contribution of a shard that does not belong to the run.
    case foreignShard(block: Int, shard: Int, shards: Int)
    /// A contribution whose tag is missing or cannot be read.
    case untagged(block: Int, shard: Int)
    /// A tag whose contribution is missing.
    case lostContribution(block: Int, shard: Int)
    /// A tag with a later generation than any process that has claimed the shard.
    case generationAhead(block: Int, shard: Int, tag: Generation, holder: Generation)
    /// A shard that has exchanged every block has no contribution in `blocks` of them; `first` is the first of these.
    case absentContributions(shard: Int, blocks: Int, first: Int)
    /// The sum of a shard's contributions differs from its number of tokens.
    case tokens(shard: Int, stored: Int, registered: Int)

    /// The difference between a total and the sum of the contributions.
    package struct Imbalance: Sendable, Equatable {
        /// The number of cells that differ; 0 if only the number of rows differs.
        package var cells = 0
        /// The first cell that differs, with both values.
        package var word: [UInt8] = []
        package var topic = 0
        package var total = 0
        package var contributed = 0
        /// The sums of all cells.
        package var totalTokens = 0
        package var contributedTokens = 0
    }
}
