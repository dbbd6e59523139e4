import Counts
import Synchronization

/// A store that counts the calls of a ledger.
final class CountingStore: ForwardingStore, @unchecked Sendable {
    struct Calls: Sendable {
        var reads = 0
        var writes = 0
        /// The blocks written, except those refused because another shard had changed them in the meantime.
        var stored = 0
        var conflicts = 0
    }

    private let counted = Mutex(Calls())

    var calls: Calls { counted.withLock { $0 } }

    override func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState] {
        counted.withLock { $0.reads += 1 }
        return try store.read(requests)
    }

    override func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome] {
        let outcomes = try store.write(writes)
        counted.withLock { calls in
            calls.writes += 1
            for outcome in outcomes {
                if outcome == .stored { calls.stored += 1 }
                if outcome == .conflict { calls.conflicts += 1 }
            }
        }
        return outcomes
    }
}
