/// Why a store did not do what it was asked. Each case is one way to go on.
package enum CountStoreError: Error, Equatable, Sendable {
    /// Nothing is wrong with the request; the same one may succeed later. `reason` says what is awaited, of whom.
    case unavailable(reason: String)
    /// The run in the store has other settings. (78)
    case mismatch(run: String, differences: [RunManifest.Difference])
    /// The run, or this shard of it, has already finished. (78)
    case finished(run: String, shard: Int?)
    /// Another process holds the shard, and is alive. (76)
    case occupied(shard: Int, holder: String)
    /// Another process has taken the shard over. (76)
    case superseded(shard: Int)
    /// The store refused `command` for lack of rights. (77)
    case denied(command: String, reason: String)
    /// The store cannot serve as it is set up, or is too old. (78)
    case misconfigured(reason: String)
    /// What answers is not such a store, or keeps runs in a format of another version. (76)
    case incompatible(reason: String)
    /// Three times in a row what came back made no sense. (69)
    case garbled(reason: String)
    /// The run is not in the store, or no longer. (69)
    case missing(run: String)
    /// A count no longer fits: the corpus is too large for the ledger's 32-bit cells. (65)
    case overflow(block: Int)
}

extension CountStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason):
            reason
        case .mismatch(let run, let differences):
            "run \(run) in the store has "
                + differences.map { "\($0.setting) \($0.stored) where this shard has \($0.given)" }.joined(
                    separator: ", ")
                + ": give every shard the same settings and corpus, or name another run with --run"
        case .finished(let run, nil):
            "run \(run) has already finished: give --fresh to replace it, or name another run with --run"
        case .finished(let run, let shard?):
            "shard \(shard) of run \(run) has already finished: it needs no restart; "
                + "to train anew, wait for the other shards and give --fresh, or name another run with --run"
        case .occupied(let shard, let holder):
            "shard \(shard) is held by \(holder), which is alive: give this one another --this-shard, end that one, or take "
                + "its place with --take-over"
        case .superseded(let shard):
            "another process has taken over shard \(shard): this one ends, and what it had stored is replaced by the other's"
        case .denied(let command, let reason):
            "the store refuses \(command) (\(reason)): check user and password, and the rights of that user"
        case .misconfigured(let reason), .incompatible(let reason), .garbled(let reason):
            reason
        case .missing(let run):
            "run \(run) is not in the store: check --run and --redis, and that its shards have started"
        case .overflow(let block):
            "a count in block \(block) exceeds \(UInt32.max): no word may have more tokens than that in one topic"
        }
    }
}
