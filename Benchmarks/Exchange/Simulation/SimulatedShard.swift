import Counts
import Sampling
import Training

/// A shard on a virtual clock. It does not sample, but exchanges the counts of a real shard when a real shard would.
/// The decisions and the exchange are the production code (`ExchangeSchedule`, `Pace`, `BlockRotation`, `ShardLedger`).
///
/// Its sampling and its exchange are concurrent, as in `RunningShard`: the thread of the simulation follows the
/// exchange, and `sampled` is the time that the sampling has reached.
struct SimulatedShard {
    private let shard: Int
    private let plan: Simulation.Plan
    private let contributions: Recording.Contributions
    private let process: VirtualTime.Process
    private let reports: Reports
    private let servers: SimulatedServers
    private var ledger: ShardLedger
    private var rotation: BlockRotation
    private var schedule: ExchangeSchedule
    private var pace: Pace
    private var random: Xoshiro256
    /// The mean seconds of this shard's sweeps, which vary.
    private let usualSweep: Double
    /// The time at which the last step of the sampling ended.
    private var sampled = 0.0
    /// For each block, the time at which the current counts of the others were read, the time from which they are used,
    /// and the time at which the previous counts were read.
    private var views: [(read: Double, usedFrom: Double, before: Double)]
    /// The seconds and blocks of the exchanges since the last sweep ended.
    private var exchanged = (seconds: 0.0, blocks: 0)
    private var isReportDue = false
    let store: SimulatedStore
    private(set) var waits = Simulation.Waits()

    /// The reports of all shards, and statistics of the whole run.
    final class Reports: @unchecked Sendable {
        fileprivate(set) var sweeps: [Int?]
        /// The sweeps actually done by each shard, and the largest difference between two shards so far.
        fileprivate var done: [Int]
        fileprivate(set) var mostApart = 0
        fileprivate var joined = 0
        /// The work of the servers when the last shard had joined, and when the first shard had done its sweeps.
        fileprivate(set) var start = Simulation.Moment()
        fileprivate(set) var end: Simulation.Moment?

        init(shards: Int) {
            sweeps = Array(repeating: nil, count: shards)
            done = Array(repeating: 0, count: shards)
        }
    }

    init(
        _ shard: Int, of contributions: Recording.Contributions, _ plan: Simulation.Plan, topics: Int,
        _ servers: SimulatedServers, _ reports: Reports, _ process: VirtualTime.Process
    ) {
        (self.shard, self.plan, self.contributions) = (shard, plan, contributions)
        (self.process, self.reports, self.servers) = (process, reports, servers)
        store = SimulatedStore(servers, process)
        let blocks = contributions.blocks
        ledger = ShardLedger(shard: shard, generation: Generation(1), columns: topics, blocks: blocks) {
            contributions.words[$0]
        }
        rotation = BlockRotation(
            blockTokens: contributions.rows(shard: shard, sweep: 0).map(\.sum), cores: 1, seed: 1,
            stream: UInt64(shard))
        schedule = ExchangeSchedule(
            blocks: blocks, syncEvery: 1, share: plan.isAdaptive ? ExchangeSchedule.defaultShare : nil)
        pace = Pace(staleness: plan.isAdaptive ? Pace.defaultStaleness : nil)
        random = Xoshiro256(seed: 2, stream: UInt64(shard))
        usualSweep = plan.sweepSeconds * (1 + plan.spread * (2 * random.nextDouble() - 1))
        views = Array(repeating: (0, 0, 0), count: blocks)
    }

    /// Runs the shard from its first exchange to its last.
    mutating func run() throws {
        process.sleep(until: plan.startSpread * random.nextDouble())
        waits.first = try exchange(Array(views.indices), sweep: 0)
        waits.startRefusals = store.refused
        waits.startWrites = store.stored + store.refused
        reports.joined += 1
        if reports.joined == plan.shards { reports.start = Simulation.Moment(process.time.now, servers) }
        if !plan.isAdaptive {
            while reports.joined < plan.shards { process.sleep(for: plan.sweepSeconds / 100) }
            process.sleep(for: plan.sweepSeconds * random.nextDouble())
        }
        sampled = process.time.now
        waits.began = sampled
        for sweep in 1...plan.sweeps {
            try catchUp(after: sweep - 1)
            schedule.isSettling = plan.isAdaptive && sweep > plan.sweeps - plan.settling
            try sampleSweep(sweep)
            done(sweep)
        }
        process.sleep(until: sampled)
        waits.ended = process.time.now
        reports.end = reports.end ?? Simulation.Moment(process.time.now, servers)
        waits.last = try exchange(Array(views.indices), sweep: plan.sweeps)
        reports.sweeps[shard] = plan.sweeps
    }

    private mutating func sampleSweep(_ sweep: Int) throws {
        rotation.beginSweep()
        let seconds = usualSweep * (0.95 + 0.1 * random.nextDouble())
        let began = sampled
        for step in 0..<rotation.steps {
            let blocks = rotation.blocks(core: 0, step: step)
            for block in blocks {
                let view = views[block]
                waits.ages.append(Float((sampled - (view.usedFrom <= sampled ? view.read : view.before)) / usualSweep))
            }
            sampled += seconds / Double(rotation.steps)
            schedule.stepEnded(sweep: sweep + waits.extraSweeps, blocks: blocks)
            let isTurn = step.isMultiple(of: schedule.period) || step == rotation.steps - 1
            // If an exchange is still in progress when the step ends, the due blocks wait for a later one.
            guard process.time.now <= sampled, isTurn || isReportDue else { continue }
            process.sleep(until: sampled)
            let ahead = schedule.period == 1 ? rotation.blocks(core: 0, step: step + 2) : []
            let due = isTurn ? schedule.take() : []
            if !due.isEmpty {
                let seconds = try exchange(due, lookingAt: ahead, sweep: sweep)
                waits.batches.append(Float(seconds))
                exchanged.seconds += seconds
                exchanged.blocks += due.count
            }
            if isReportDue { look(after: sweep - 1) }
            if schedule.isSettling { sampled = max(sampled, process.time.now) }
        }
        schedule.sweepEnded(seconds: sampled - began, blocks: exchanged.blocks, exchangeSeconds: exchanged.seconds)
        exchanged = (0, 0)
    }

    private mutating func done(_ sweep: Int) {
        reports.done[shard] = sweep
        reports.mostApart = max(reports.mostApart, reports.done.max()! - reports.done.min()!)
        if pace.asks(after: sweep) { isReportDue = true }
    }

    /// While this shard is held, alternately waits for the duration of a sweep and does an extra sweep.
    private mutating func catchUp(after sweep: Int) throws {
        while pace.holds(after: sweep) {
            process.sleep(until: sampled)
            let began = process.time.now
            var pause = 0.002
            while process.time.now < began + usualSweep {
                let due = schedule.take()
                if !due.isEmpty { _ = try exchange(due, sweep: sweep) }
                look(after: sweep)
                if !pace.holds(after: sweep) { break }
                process.sleep(for: pause)
                pause = min(pause * 1.5, max(0.1, 0.25e-3 * Double(plan.shards)))
            }
            sampled = process.time.now
            waits.held += sampled - began
            guard pace.holds(after: sweep) else { break }
            waits.extraSweeps += 1
            try sampleSweep(sweep)
        }
    }

    /// Reports, and reads the progress of the other shards.
    private mutating func look(after sweep: Int) {
        isReportDue = false
        reports.sweeps[shard] = sweep
        store.report(shards: plan.shards)
        let others = reports.sweeps.indices.lazy.filter { [shard] in $0 != shard }.map { [reports] in
            reports.sweeps[$0] ?? 0
        }
        pace.look(slowest: others.filter { [plan] in $0 < plan.sweeps }.min(), after: sweep)
    }

    /// Exchanges the blocks, retrying as long as necessary. Returns the seconds.
    private mutating func exchange(_ blocks: [Int], lookingAt ahead: [Int] = [], sweep: Int) throws -> Double {
        let began = process.time.now
        let rows = contributions.rows(shard: shard, recorded: sweep)
        var (open, ahead) = (blocks, ahead)
        while !open.isEmpty {
            let part = open.prefix(ShardLedger.window).map { ShardLedger.OwnRows(block: $0, rows: rows[$0]) }
            let partBegan = process.time.now
            let exchanged = try ledger.exchange(part, sweep: sweep, lookingAt: ahead, with: store, attempts: 16)
            let now = process.time.now
            for others in exchanged { views[others.block] = (partBegan, now, views[others.block].read) }
            let done = Set(exchanged.map(\.block))
            open.removeAll { done.contains($0) }
            ahead = []
        }
        return process.time.now - began
    }
}
