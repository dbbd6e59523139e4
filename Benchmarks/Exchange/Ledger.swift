import Counts
import Foundation
import Platform
import RedisStore
import Synchronization

/// The method of dist-lda: all played shards exchange concurrently through the ledger.
enum Ledger {
    struct Measured: Encodable {
        /// The processor seconds of Redis for the exchanges of `sweeps` sweeps of all shards, including everything.
        var cpu = 0.0
        /// The cells of the contributions written: (word, topic) pairs with a count.
        var cells = 0
        var bytesReceived = 0.0
        var bytesSent = 0.0
        /// The number of calls that wait for an answer.
        var calls = 0
        var blocksWritten = 0
        var conflicts = 0
        var sweeps = 0
        /// The seconds from the first exchange to the last, and the intended seconds of a shard's sweep: as long as the
        /// exchanges of all shards take one after another.
        var seconds = 0.0
        var pace = 0.0
        /// The memory of all contributions, totals and words in bytes.
        var memory = 0.0
        var cellsHeld = 0
        /// The cells of the total.
        var totalCells = 0
    }

    static func measure(
        _ contributions: Recording.Contributions, shards: Int, topics: Int, at address: RedisAddress, _ server: Server
    ) throws -> Measured {
        try server.flush()
        let empty = try server.usage()
        let played = try (0..<shards).map {
            Box(try PlayedShard($0, of: contributions, topics: topics, at: address))
        }
        let next = Atomic(0)
        try inParallel(min(2, shards)) { _ in
            while true {
                let shard = next.add(1, ordering: .relaxed).oldValue
                guard shard < shards else { return }
                try played[shard].shard.withLock { try $0.join() }
            }
        }
        var measured = Measured()
        measured.memory = try server.usage().memory - empty.memory
        measured.cellsHeld = (0..<shards).reduce(0) { $0 + cells(contributions, $1, sweep: 0) }
        measured.totalCells = try totalCells(contributions, topics: topics, at: address)
        let alone = try ContinuousClock().measure { try played[0].shard.withLock { try $0.join() } } / .seconds(1)
        measured.pace = alone * Double(shards)
        // If there are many shards, one sweep of them is enough.
        measured.sweeps = shards > Recording.slices ? 1 : contributions.sweeps - 1
        let before = played.reduce(CountingStore.Calls()) { $0 + $1.calls }
        let start = try server.usage()
        let began = ContinuousClock.now
        let (pace, sweeps) = (measured.pace, measured.sweeps)
        try inParallel(shards) { shard in
            let delay = Double.random(in: 0..<pace)
            for sweep in 1...sweeps {
                try played[shard].shard.withLock { shard in
                    let start = began + .seconds(delay + Double(sweep - 1) * pace)
                    try shard.sweep(sweep, from: start, seconds: pace)
                }
            }
        }
        measured.seconds = began.duration(to: .now) / .seconds(1)
        let used = try server.usage() - start
        let calls = played.reduce(CountingStore.Calls()) { $0 + $1.calls } - before
        (measured.cpu, measured.bytesReceived, measured.bytesSent) = (used.cpu, used.received, used.sent)
        measured.calls = calls.reads + calls.writes
        (measured.blocksWritten, measured.conflicts) = (calls.stored, calls.conflicts)
        measured.cells = (1...measured.sweeps).reduce(0) { sum, sweep in
            (0..<shards).reduce(sum) { $0 + cells(contributions, $1, sweep: sweep) }
        }
        return measured
    }

    private static func cells(_ contributions: Recording.Contributions, _ shard: Int, sweep: Int) -> Int {
        contributions.rows(shard: shard, sweep: sweep).reduce(0) { $0 + $1.cells }
    }

    private static func totalCells(
        _ contributions: Recording.Contributions, topics: Int, at address: RedisAddress
    ) throws -> Int {
        let store = RedisCountStore(run: try RunName("bench"), at: address)
        return try (0..<contributions.blocks).reduce(0) { sum, block in
            let total = try store.read([BlockRequest(block: block, shard: 0)])[0].total
            return sum + (total.flatMap { PackedTotal.unpack($0, columns: topics) }?.cells ?? 0)
        }
    }

    private final class Box: Sendable {
        let shard: Mutex<PlayedShard>
        private let store: CountingStore

        init(_ shard: PlayedShard) {
            store = shard.store
            self.shard = Mutex(shard)
        }

        var calls: CountingStore.Calls { store.calls }
    }

    /// Calls `body` with each of 0 ..< `count`, on a separate thread each. Throws the first error of any.
    private static func inParallel(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            let thread = Thread {
                do { try body(index) } catch { failure.withLock { $0 = $0 ?? error } }
                group.leave()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        group.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

extension CountingStore.Calls {
    static func + (left: Self, right: Self) -> Self {
        Self(
            reads: left.reads + right.reads, writes: left.writes + right.writes, stored: left.stored + right.stored,
            conflicts: left.conflicts + right.conflicts)
    }

    static func - (left: Self, right: Self) -> Self {
        Self(
            reads: left.reads - right.reads, writes: left.writes - right.writes, stored: left.stored - right.stored,
            conflicts: left.conflicts - right.conflicts)
    }
}
