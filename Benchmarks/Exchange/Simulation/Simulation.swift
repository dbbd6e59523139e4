import Counts
import Synchronization

/// Shards, some or thousands, that exchange through servers on a virtual clock.
enum Simulation {
    struct Plan: Sendable {
        var shards: Int
        /// Seconds.
        var roundTrip: Double
        /// Seconds of a sweep without any waiting.
        var sweepSeconds: Double
        var servers = 1
        /// How much faster or slower than that the shards are, at most.
        var spread = 0.1
        /// Seconds within which the shards start, one after another.
        var startSpread = 1.0
        var sweeps = 12
        /// The last sweeps, in which each exchange is waited for.
        var settling: Int { sweeps / 5 }
        /// Whether shards exchange as rarely, and keep as near together, as they do by default; otherwise they exchange each block in
        /// each sweep, and no shard is held: as a `PlayedShard` does.
        var isAdaptive = true

        init(shards: Int, roundTrip: Double, sweepSeconds: Double) {
            (self.shards, self.roundTrip, self.sweepSeconds) = (shards, roundTrip, sweepSeconds)
        }

        /// What `Ledger.measure` has played.
        init(playing played: Ledger.Measured, shards: Int, roundTrip: Double) {
            self.init(shards: shards, roundTrip: roundTrip, sweepSeconds: played.pace)
            (spread, startSpread, sweeps, isAdaptive) = (0, played.pace, played.sweeps, false)
        }
    }

    /// What the servers have done by some time.
    struct Moment: Sendable {
        var time = 0.0
        var busy: [Double] = []
        var stored = 0

        init() {}

        init(_ time: Double, _ servers: SimulatedServers) {
            (self.time, busy, stored) = (time, servers.busy, servers.stored)
        }
    }

    /// What happened to one shard. Seconds.
    struct Waits: Sendable {
        var began = 0.0
        var ended = 0.0
        /// The first exchange of all, in which nothing is sampled, and the last.
        var first = 0.0
        var last = 0.0
        /// The exchanges between, in the background of the sampling.
        var batches: [Float] = []
        /// Time held because others were too far behind.
        var held = 0.0
        /// Sweeps done in addition, because others were too far behind.
        var extraSweeps = 0
        /// For each block sampled, how old the view of the others' counts was, in sweeps.
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
        /// Seconds from the first exchange's end to that of the last sweep, for each sweep.
        var seconds = 0.0
        /// Of the writes after the first exchange.
        var conflicts = 0.0
        var startConflicts = 0.0
        /// How often one write was refused in a row, at most.
        var mostRefusals = 0
        var first: Spread
        var exchange: Spread
        var last: Spread
        /// The share of their time for which shards were held.
        var held: Double
        /// Extra sweeps for each sweep.
        var extraSweeps: Double
        /// In sweeps.
        var age: Spread
        var apart: Int
        /// The share of the time for which the busiest server worked, while all shards took part.
        var busy: Double
        /// Seconds of all servers for each cell of a contribution written in that time.
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
        // Shards that are done before others have joined leave no such time; then all of it counts.
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
