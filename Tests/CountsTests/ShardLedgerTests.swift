import Counts
import Synchronization
import TestSupport
import Testing

@Suite("the ledger of one shard")
struct ShardLedgerTests {
    private static let blocks = 8

    private func ledger(_ shard: Int) -> ShardLedger {
        ShardLedger(shard: shard, generation: Generation(1), columns: 2, blocks: Self.blocks) { [Array("w\($0)".utf8)] }
    }

    private let own = (0..<blocks).map { ShardLedger.OwnRows(block: $0, rows: SparseRows(dense: [[1, 2]])) }

    @Test("what the store has lost is restored by one exchange, even while other shards keep writing")
    func busy() throws {
        let store = FlakyStore(run: "r", blocks: Self.blocks, seed: 1)
        store.calmDown()
        var first = ledger(0)
        let second = Mutex(ledger(1))
        _ = try first.exchange(own, sweep: 0, with: store)
        _ = try second.withLock { try $0.exchange(own, sweep: 0, with: store) }
        store.restore([])
        _ = try second.withLock { try $0.exchange(own, sweep: 1, with: store) }
        let interruptions = Mutex(0)
        store.interrupt { [own] in
            _ = try? second.withLock { try $0.exchange(own, sweep: 2, with: store) }
            interruptions.withLock { $0 += 1 }
        }
        let exchanged = try first.exchange(own, sweep: 1, with: store, attempts: 1)
        #expect(exchanged.map(\.block) == Array(0..<Self.blocks))
        #expect(interruptions.withLock(\.self) == Self.blocks)
        for (block, record) in store.records(of: 0..<Self.blocks).enumerated() {
            #expect(try VerifiedBlock(record, block: block, columns: 2).amounts == [0: 3, 1: 3])
        }
    }

    @Test(
        "a shard that dies between its read and its write delays no other shard, and its late write changes nothing")
    func deadWriter() throws {
        var trial = FaultTrial("dead-writer", runs: 5)
        var (deaths, refused) = (0, 0)
        while trial.next() {
            let store = InMemoryCountStore(run: "r")
            var ledgers = (0..<3).map { ledger($0) }
            for index in ledgers.indices { _ = try ledgers[index].exchange(own, sweep: 0, with: store) }
            for _ in 0..<10 {
                let held = Mutex<[BlockWrite]>([])
                var ghost = ledgers[2]
                let dying = InterruptedStore(store) { writes throws(CountStoreError) in
                    held.withLock { $0 += writes }
                    throw .unavailable(reason: "it is dead")
                }
                #expect(throws: CountStoreError.self) { try ghost.exchange(own, sweep: 1, with: dying) }
                deaths += 1
                for index in [0, 1].shuffled(using: &trial.random) {
                    let before = ledgers[index].writes.refused
                    _ = try ledgers[index].exchange(own, sweep: 1, with: store)
                    refused += ledgers[index].writes.refused - before
                }
                // Its successor has written; then the write of the dead process arrives.
                _ = try ledgers[2].exchange(own, sweep: 1, with: store)
                let after = store.records(of: 0..<Self.blocks)
                #expect(store.write(held.withLock(\.self)).allSatisfy { $0 == .conflict })
                #expect(store.records(of: 0..<Self.blocks) == after)
                for (block, record) in after.enumerated() {
                    #expect(try VerifiedBlock(record, block: block, columns: 2).amounts == [0: 3, 1: 3, 2: 3])
                }
            }
        }
        #expect(refused == 0)
        trial.report("\(deaths) deaths before a write, \(refused) writes of other shards refused, every block exact")
    }
}
