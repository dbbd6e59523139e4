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

    @Test("what the store has lost is put back in one go, though others write all the time")
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
}
