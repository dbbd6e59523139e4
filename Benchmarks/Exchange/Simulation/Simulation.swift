import Counts
import Synchronization

/// A simulation of up to thousands of shards that exchange through servers on a virtual clock.
enum Simulation {
    struct Plan: Sendable {
        var shards: Int
        /// The time of a round trip in seconds.
        var roundTrip: Double
        /// The seconds of a sweep without any waiting.
        var sweepSeconds: Double
        var servers = 1
        /// The largest relative difference of a shard's sweeps from `sweepSeconds`.
        var spread = 0.1
        /// The seconds within which all shards start, each at a random time.
        var startSpread = 1.0
        /// Fewer for thousands of shards, because the real time of the simulation grows faster than their number.
        var sweeps: Int
        /// The number of last sweeps that wait for each exchange.
        var settling: Int { sweeps / 5 }
        /// Whether shards use the default exchange schedule and staleness. Otherwise they exchange each block in each
        /// sweep, and no shard is held, as with `PlayedShard`.
        var isAdaptive = true

        init(shards: Int, roundTrip: Double, sweepSeconds: Double) {
            (self.shards, self.roundTrip, self.sweepSeconds) = (shards, roundTrip, sweepSeconds)
            sweeps = shards < 1000 ? 12 : 6
        }

        /// Creates the plan for the shards that `Ledger.measure` has played.
        init(playing played: Ledger.Measured, shards: Int, roundTrip: Double) {
            self.init(shards: shards, roundTrip: roundTrip, sweepSeconds: played.pace)
            (spread, startSpread, sweeps, isAdaptive) = (0, played.pace, played.sweeps, false)
        }
    }

    /// The work that the servers have done by some time.
    struct Moment: Sendable {
        var time = 0.0
        var busy: [Double] = []
        var stored = 0

        init() {}

        init(_ time: Double, _ servers: SimulatedServers) {
            (self.time, busy, stored) = (time, servers.busy, servers.stored)
        }
    }

    /// The waits of one shard. Times are in seconds.
    struct Waits: Sendable {
        var began = 0.0
        var ended = 0.0
        /// The durations of the first and the last exchange of all blocks, during which nothing is sampled.
        var first = 0.0
        var last = 0.0
        /// The durations of the other exchanges, in the background of the sampling.
        var batches: [Float] = []
        /// The time for which the shard was held because others were too far behind.
        var held = 0.0
        /// The number of extra sweeps done because others were too far behind.
        var extraSweeps = 0
        /// For each block sampled, the age of the counts of the other shards, in sweeps.
        var ages: [Float] = []
        var startWrites = 0
        var startRefusals = 0
    }

    struct Spread: Encodable {
        var median: Double
        var p99: Double
        var longest: Double

        init(_ values: [Double]) {
            let sorted = values.sorted()
            func at(_ share: Double) -> Double {
                sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
            }
            (median, p99, longest) = (at(0.5), at(0.99), sorted.last ?? 0)
        }
    }

    struct Measured: Encodable {
        let shards: Int
        let servers: Int
        let roundTrip: Double
        let sweepSeconds: Double
        /// The seconds per sweep, from the end of the first exchange to the end of the last sweep.
        var seconds = 0.0
        /// The share of the writes after the first exchange that were refused.
        var conflicts = 0.0
        var startConflicts = 0.0
        /// The most refusals in a row of one write.
        var mostRefusals = 0
        var first: Spread
        var exchange: Spread
        var last: Spread
        /// The share of their time for which shards were held.
        var held: Double
        /// The extra sweeps per sweep.
        var extraSweeps: Double
        /// The ages of the counts of the other shards, in sweeps.
        var age: Spread
        var apart: Int
        /// The share of the time for which the busiest server worked while all shards were running.
        var busy: Double
        /// The seconds of all servers per cell of the contributions written in that time.
        var secondsPerCell: Double
    }

    static func run(
        _ plan: Plan, _ contributions: Recording.Contributions, topics: Int, _ times: ServiceTimes
    ) throws -> Measured {
        let time = VirtualTime()
        let servers = SimulatedServers(plan.servers, times: times, roundTrip: plan.roundTrip)
        let reports = SimulatedShard.Reports(shards: plan.shards)
        let results = Mutex([(waits: Waits, store: SimulatedStore)]())
        try time.run(plan.shards) { index, process in
            var shard = SimulatedShard(index, of: contributions, plan, topics: topics, servers, reports, process)
            try shard.run()
            results.withLock { $0.append((shard.waits, shard.store)) }
        }
        let shards = results.withLock { $0 }
        let waits = shards.map(\.waits)
        func sum(_ value: (Waits) -> Int) -> Double { Double(waits.reduce(0) { $0 + value($1) }) }
        let refused = Double(shards.reduce(0) { $0 + $1.store.refused }) - sum(\.startRefusals)
        let writes = Double(shards.reduce(0) { $0 + $1.store.refused + $1.store.stored }) - sum(\.startWrites)
        let cells = (0..<plan.shards).reduce(0) { sum, shard in
            sum + contributions.rows(shard: shard, sweep: 1).reduce(0) { $0 + $1.cells }
        }
        let cellsOfBlock = Double(cells) / Double(plan.shards * contributions.blocks)
        let elapsed = waits.reduce(0) { $0 + $1.ended - $1.began }
        // If the first shard finishes before the last has joined, use the whole time.
        var (start, end) = (reports.start, reports.end ?? Moment(time.now, servers))
        if end.time <= start.time { (start, end) = (Moment(), Moment(time.now, servers)) }
        let busy = end.busy.indices.map { end.busy[$0] - (start.busy.isEmpty ? 0 : start.busy[$0]) }
        return Measured(
            shards: plan.shards, servers: plan.servers, roundTrip: plan.roundTrip, sweepSeconds: plan.sweepSeconds,
            seconds: elapsed / Double(plan.shards * plan.sweeps), conflicts: refused / max(1, writes),
            startConflicts: sum(\.startRefusals) / sum(\.startWrites),
            mostRefusals: shards.map(\.store.mostRefusals).max()!, first: Spread(waits.map(\.first)),
            exchange: Spread(waits.flatMap { $0.batches.map(Double.init) }), last: Spread(waits.map(\.last)),
            held: waits.reduce(0) { $0 + $1.held } / elapsed,
            extraSweeps: sum(\.extraSweeps) / Double(plan.shards * plan.sweeps),
            age: Spread(waits.flatMap { $0.ages.map(Double.init) }),
            apart: reports.mostApart, busy: busy.max()! / (end.time - start.time),
            secondsPerCell: busy.reduce(0, +) / (cellsOfBlock * Double(max(1, end.stored - start.stored))))
    }
}
