/// The reason why a call to a store failed. There is one case for each way to continue. The numbers in parentheses are
/// exit codes.
package enum CountStoreError: Error, Equatable, Sendable {
    /// The request is valid and may succeed later. `reason` says what is awaited and from which server.
    case unavailable(reason: String)
    /// The run in the store has other settings. (78)
    case mismatch(run: String, differences: [RunManifest.Difference])
    /// The run, or this shard of it, has already finished. (78)
    case finished(run: String, shard: Int?)
    /// Another process that is alive owns the shard. (76)
    case occupied(shard: Int, holder: String)
    /// Another process has taken over the shard. (76)
    case superseded(shard: Int)
    /// The store refused `command` because the user lacks permission. `advice` says what to do, as the end of a
    /// sentence. (77)
    case denied(
        command: String, reason: String, advice: String = "check the user, the password and the user's permissions")
    /// The configuration of the store is unsuitable, or its version is too old. (78)
    case misconfigured(reason: String)
    /// The server is not such a store, or keeps runs in the format of another version. (76)
    case incompatible(reason: String)
    /// Three calls in a row got invalid replies. (69)
    case garbled(reason: String)
    /// The run is not, or no longer, in the store. (69)
    case missing(run: String)
    /// A count is too large for the ledger's 32-bit cells. (65)
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
            "run \(run) has already finished: use --fresh to replace it, or name another run with --run"
        case .finished(let run, let shard?):
            "shard \(shard) of run \(run) has already finished: it needs no restart; "
                + "to train again, wait for the other shards and use --fresh, or name another run with --run"
        case .occupied(let shard, let holder):
            "shard \(shard) is held by \(holder), which is alive: use another --this-shard here, stop that process, or "
                + "replace it with --take-over"
        case .superseded(let shard):
            "another process has taken over shard \(shard): this process ends, and the other replaces its counts"
        case .denied(let command, let reason, let advice):
            "the store refuses \(command) (\(reason)): \(advice)"
        case .misconfigured(let reason), .incompatible(let reason), .garbled(let reason):
            reason
        case .missing(let run):
            "run \(run) is not in the store: check --run and --redis, and that its shards have started"
        case .overflow(let block):
            "a count in block \(block) exceeds \(UInt32.max), the most tokens that a word can have in one topic"
        }
    }
}
