package import Counts

/// Why there is no snapshot of the model (now).
package enum SnapshotError: Error, Equatable, Sendable {
    /// Not all of the model is in the store yet, or again: wait.
    case incomplete(Gap)
    /// A value in the store is damaged or a block breaks the ledger's law: the shards mend it at their next exchange.
    case faulty(VerifiedBlock.Fault)
    case store(CountStoreError)

    /// What is not there.
    package enum Gap: Equatable, Sendable {
        /// The shard has never reported.
        case silent(shard: Int)
        /// The shard has no contribution in the block (and perhaps in later ones).
        case contribution(shard: Int, block: Int)
        /// The shard's contributions hold another number of tokens than its slices.
        case tokens(shard: Int, stored: Int, registered: Int)
        /// Another run took the place of this one while it was read.
        case replaced
        /// The store lost the run while it was read.
        case gone
    }
}

extension SnapshotError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .incomplete(.silent(let shard)):
            "shard \(shard) has not reported yet: start it if it is not running"
        case .incomplete(.contribution(let shard, let block)):
            "shard \(shard) has not stored its counts of block \(block) yet: wait for its next exchange"
        case .incomplete(.tokens(let shard, let stored, let registered)):
            "shard \(shard) has \(stored) of its \(registered) tokens in the store: wait for its next exchange"
        case .incomplete(.replaced):
            "the run was replaced while its model was read: read again"
        case .incomplete(.gone):
            "the store lost the run while its model was read: wait for its shards, which put it back"
        case .faulty(.damaged(let block, let value)):
            "value \(value) of block \(block) is damaged in the store: wait for the shards' next exchange, which mends it"
        case .faulty(.unbalanced(let block)):
            "block \(block) is not the sum of its contributions: wait for the shards' next exchange, which mends it"
        case .store(let error): error.description
        }
    }
}
