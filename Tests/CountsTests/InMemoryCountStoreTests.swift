import Counts
import Synchronization
import TestSupport
import Testing

@Suite("the store in memory")
struct InMemoryCountStoreTests {
    /// The stores, by run, with a common clock.
    private final class Runs: Sendable {
        private let stores = Mutex<[String: InMemoryCountStore]>([:])

        func store(_ run: String) -> InMemoryCountStore {
            stores.withLock { stores in
                if let store = stores[run] { return store }
                let store = InMemoryCountStore(run: run)
                stores[run] = store
                return store
            }
        }

        func wait() { stores.withLock { stores in stores.values.forEach { $0.advance(seconds: 0.01) } } }
    }

    @Test("satisfies the contract", arguments: CountStoreContract.laws)
    func contract(_ law: CountStoreContract) throws {
        let runs = Runs()
        try law.check(CountStoreContract.Place(store: { runs.store($0) }, wait: { runs.wait() }))
    }
}
