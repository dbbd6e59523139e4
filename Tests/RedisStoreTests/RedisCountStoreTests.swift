import Counts
import RedisStore
import TestSupport
import Testing

@Suite("the store in Redis")
struct RedisCountStoreTests {
    @Test("keeps the contract", arguments: CountStoreContract.laws)
    func contract(_ law: CountStoreContract) throws {
        let server = try RedisServer()
        let address = try RedisAddress(parsing: server.address)
        try law.check(
            CountStoreContract.Place(store: { run in
                do { return RedisCountStore(run: try RunName(run), at: address) } catch { fatalError("\(error)") }
            }))
    }
}
