package import Counts

/// The reason why no snapshot of the model can be taken now.
package enum SnapshotError: Error, Equatable, Sendable {
    /// The model in the store is not complete, or not complete again yet: wait.
    case incomplete(Gap)
    /// A value in the store is damaged or a block violates the ledger's invariant; the shards repair it at their next
    /// exchange.
    case faulty(VerifiedBlock.Fault)
    case store(CountStoreError)

    /// The part of the model that is missing.
    package enum Gap: Equatable, Sendable {
        /// The shard has never reported.
        case silent(shard: Int)
        /// The shard has no contribution in the block (and perhaps in later ones).
        case contribution(shard: Int, block: Int)
        /// The shard's contributions and its slices have different numbers of tokens.
        case tokens(shard: Int, stored: Int, registered: Int)
        /// Another run replaced this one while it was read.
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
            "shard \(shard) has not stored its counts of block \(block) yet, which it does in its next exchange"
        case .incomplete(.tokens(let shard, let stored, let registered)):
            "shard \(shard) has \(stored) of its \(registered) tokens in the store: wait for its next exchange"
        case .incomplete(.replaced):
            "the run was replaced while its model was read: read again"
        case .incomplete(.gone):
            "the store lost the run while its model was read: wait for its shards, which store it again"
        case .faulty(.damaged(let block, let value)):
            "value \(value) of block \(block) is damaged in the store: the shards repair it at their next exchange"
        case .faulty(.unbalanced(let block)):
            "block \(block) is not the sum of its contributions: the shards repair it at their next exchange"
        case .store(let error): error.description
        }
    }
}
