import Counts
import Foundation
import RedisStore

/// The time that a real server and a client on the same machine take for the calls of an exchange. It is measured
/// through the production store. The time of the server is its processor time.
struct ServiceTimes: Encodable {
    /// The seconds for each block, and for each byte of its values.
    struct Line: Encodable {
        var block: Double
        var byte: Double

        func seconds(bytes: Int) -> Double { block + byte * Double(bytes) }

        /// Fits the line through two measurements of `blocks` blocks each.
        fileprivate init(blocks: Int, _ few: (bytes: Int, seconds: Double), _ many: (bytes: Int, seconds: Double)) {
            byte = max(0, (many.seconds - few.seconds) / Double(many.bytes - few.bytes))
            block = max(0, few.seconds - byte * Double(few.bytes)) / Double(blocks)
        }
    }

    /// The time to read or replace the values of a block: the total, the contribution and the word list.
    private(set) var read: Line
    private(set) var replace: Line
    /// The time to append a change to the total instead of replacing it.
    private(set) var append: Line
    /// The seconds when a shard reports and reads the pace of the run.
    private(set) var pace: Double
    /// The seconds per shard of the run when a shard reads the statuses of all.
    private(set) var status: Double
    /// The seconds of the client per byte read or written: packing, unpacking and adding.
    private(set) var clientByte: Double
    /// The seconds from a call to its answer without the server's work: the round trip to the measured server.
    private(set) var roundTrip: Double

    /// The bytes per second between a client and a server: 10 Gbit/s.
    static let network = 1.25e9

    private static let rounds = 40
    private static let blocksPerCall = 4
    private static let shardsWithStatus = 200

    /// Measures the times. All data of the server are deleted.
    init(_ contributions: Recording.Contributions, topics: Int, at address: RedisAddress, _ server: Server) throws {
        let store = RedisCountStore(run: try RunName("bench"), at: address)
        let blocks = contributions.blocks
        let large = contributions.rows(shard: 0, sweep: 0).map {
            PackedRows.pack(PlacedRows(inOrder: $0), columns: topics)
        }
        let small = contributions.rows(shard: 0, sweep: 0).map {
            PackedRows.pack(PlacedRows(inOrder: $0.selecting($0.count > 0 ? [0] : [])), columns: topics)
        }
        func seconds(_ body: () throws -> Void) throws -> Double {
            let before = try server.usage().cpu
            for _ in 0..<Self.rounds { try body() }
            return (try server.usage().cpu - before) / Double(Self.rounds)
        }
        func measure(_ values: [[UInt8]]) throws -> (read: Double, replace: Double, append: Double, bytes: Int) {
            try server.flush()
            var tags = [ContributionTag?](repeating: nil, count: blocks)
            func states(_ blocks: Range<Int>) throws -> [BlockState] {
                try store.read(blocks.map { BlockRequest(block: $0, shard: 0, knownTag: tags[$0]) })
            }
            func each(_ body: (Range<Int>) throws -> Void) throws {
                for first in stride(from: 0, to: blocks, by: Self.blocksPerCall) {
                    try body(first..<min(first + Self.blocksPerCall, blocks))
                }
            }
            func write(_ change: ([UInt8]) -> BlockWrite.Change) throws {
                try each { range in
                    let writes = zip(range, try states(range)).map { block, state in
                        BlockWrite(
                            block: block, shard: 0, basis: BlockBasis(state), change: change(values[block]),
                            contribution: values[block], tag: ContributionTag(generation: Generation(1), sweep: 0),
                            words: nil)
                    }
                    guard try store.write(writes).allSatisfy({ $0 == .stored }) else {
                        throw Server.Fault(description: "a write was refused while nothing else writes")
                    }
                    for write in writes { tags[write.block] = write.tag }
                }
            }
            func replace() throws { try write { .replace(PackedTotal.bytes(rows: $0), version: .unique()) } }
            try replace()
            let read = try seconds { try each { _ = try states($0) } }
            let replacing = try seconds { try replace() } - read
            // Each round replaces and then appends, because appended changes would make each read longer than the last.
            let both = try seconds {
                try replace()
                try write { .append($0) }
            }
            let bytes = values.reduce(0) { $0 + $1.count }
            // Subtract the two reads of a round, each counted as a read of a replaced total.
            return (read, replacing, both - replacing - 2 * read, bytes)
        }
        let (few, many) = (try measure(small), try measure(large))
        read = Line(blocks: blocks, (few.bytes, few.read), (many.bytes, many.read))
        replace = Line(blocks: blocks, (2 * few.bytes, few.replace), (2 * many.bytes, many.replace))
        // A round also reads what the round before it has appended.
        append = Line(
            blocks: blocks, (2 * few.bytes, few.append - read.byte * Double(few.bytes)),
            (2 * many.bytes, many.append - read.byte * Double(many.bytes)))
        try server.flush()
        for shard in 0..<Self.shardsWithStatus { try Self.report(shard, to: store) }
        pace = try seconds {
            try Self.report(0, to: store)
            _ = try store.pace(deadAfter: 10)
        }
        status = try seconds { _ = try store.statuses() } / Double(Self.shardsWithStatus)
        let calls = try ContinuousClock().measure {
            for _ in 0..<Self.rounds { _ = try store.read([BlockRequest(block: 0, shard: 0)]) }
        }
        roundTrip = max(0, calls / .seconds(1) / Double(Self.rounds) - read.block)
        try server.flush()
        clientByte = try Self.client(contributions, topics: topics)
    }

    private static func report(_ shard: Int, to store: any CountStore) throws {
        let progress = ShardProgress(
            shard: shard, iterations: 1000, documents: 1_000_000, tokens: 100_000_000, publishesDocuments: false,
            host: "node-1234.cluster", process: 12345)
        try store.report(progress, generation: Generation(1))
    }

    /// Measures the exchanges of ledgers with a store in memory, which takes almost no time.
    private static func client(_ contributions: Recording.Contributions, topics: Int) throws -> Double {
        let store = InMemoryCountStore(run: "bench")
        var ledgers = (0..<2).map { shard in
            ShardLedger(shard: shard, generation: Generation(1), columns: topics, blocks: contributions.blocks) {
                contributions.words[$0]
            }
        }
        func exchange(sweep: Int) throws {
            for shard in ledgers.indices {
                let rows = contributions.rows(shard: shard, sweep: sweep)
                let own = rows.indices.map { ShardLedger.OwnRows(block: $0, rows: rows[$0]) }
                _ = try ledgers[shard].exchange(own, sweep: sweep, with: store)
            }
        }
        try exchange(sweep: 0)
        try exchange(sweep: 1)
        let seconds = try ContinuousClock().measure { try exchange(sweep: 2) } / .seconds(1)
        let records = store.records(of: 0..<contributions.blocks)
        // A shard reads the total, and writes the total and its contribution.
        let bytes = records.reduce(0) { sum, record in
            sum + 2 * 2 * (record.total?.count ?? 0) + record.contributions.values.reduce(0) { $0 + $1.count }
        }
        return seconds / Double(bytes)
    }
}
