import Counts
import Logging
import Platform

/// Makes the calls of a shard to its store, one at a time, on a separate thread, and repeats a call while the
/// store does not answer (`StoreRetry`). Meanwhile the sampling continues with the counts that were read last.
final class StoreCalls: Sendable {
    let store: any CountStore
    /// The thread on which the calls are made: the executor of the actors that make them.
    let thread = OwnThread()
    let logger: Logger
    let stop: @Sendable () -> Bool
    private let retry: StoreRetry

    init(_ store: any CountStore, maxOutage: Double?, logger: Logger, stop: @escaping @Sendable () -> Bool) {
        self.store = store
        self.logger = logger
        self.stop = stop
        // Whether the last warning said that the shard is stopping and only waits for the store.
        let saidThatItEnds = LockedValue(false)
        retry = StoreRetry(maxOutage: maxOutage) { event in
            switch event {
            case .answers(let outage): logger.info("the store answers again after \(Int(outage)) s")
            case .waiting(let reason, _, let isDue):
                let isEnding = stop()
                let isNew = saidThatItEnds.update { said in
                    defer { said = isEnding }
                    return isEnding != said
                }
                guard isDue || isNew else { return }
                let end = isEnding ? ", so that no counts are lost (a second signal ends this shard)" : ""
                logger.warning("\(reason); trying again until it answers\(end)")
            }
        }
    }

    /// The seconds since this was created.
    var age: Double { retry.age }

    /// Repeats `body` until the store answers. Throws `OutageError` if an outage is longer than allowed.
    func persistently<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ store: any CountStore) throws(CountStoreError) -> Value
    ) async throws -> Value {
        try await retry.persistently { () throws(CountStoreError) in try body(store) }
    }

    /// Calls `body` once. Returns nil if the store does not answer.
    func once<Value>(
        _ body: (_ store: any CountStore) throws(CountStoreError) -> Value
    ) throws(CountStoreError) -> Value? {
        do throws(CountStoreError) { return try body(store) } catch {
            if case .unavailable = error { return nil }
            throw error
        }
    }
}
