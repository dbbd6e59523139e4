/// A law of the ledger that the store breaks, with the values that contradict each other.
package enum LedgerViolation: Sendable, Equatable {
    /// A value that is missing, does not decode, or has more rows than the block has words: "v", "n", "words", "c/3".
    case damaged(block: Int, value: String)
    /// Total and contributions differ.
    case unbalanced(block: Int, Imbalance)
    /// A word stands twice in its block's list.
    case repeatedWord(block: Int, word: [UInt8], rows: [Int])
    /// A word stands in a block that its hash does not name.
    case strayWord(block: Int, word: [UInt8], belongs: Int)
    /// A contribution of a shard that the run does not have.
    case foreignShard(block: Int, shard: Int, shards: Int)
    /// A contribution whose tag is missing or cannot be read.
    case untagged(block: Int, shard: Int)
    /// A tag without its contribution.
    case lostContribution(block: Int, shard: Int)
    /// A tag of a later process than any that has taken the shard.
    case generationAhead(block: Int, shard: Int, tag: Generation, holder: Generation)
    /// A shard that has exchanged every block has nothing in `blocks` of them, `first` the first.
    case absentContributions(shard: Int, blocks: Int, first: Int)
    /// A shard's contributions hold another number of tokens than it has.
    case tokens(shard: Int, stored: Int, registered: Int)

    /// How far a total is from the sum of the contributions.
    package struct Imbalance: Sendable, Equatable {
        /// Cells that differ; 0 if only the number of rows does.
        package var cells = 0
        /// The first of them.
        package var word: [UInt8] = []
        package var topic = 0
        package var total = 0
        package var contributed = 0
        /// Sums of all cells.
        package var totalTokens = 0
        package var contributedTokens = 0
    }
}
