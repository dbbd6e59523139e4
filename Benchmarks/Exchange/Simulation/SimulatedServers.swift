import Counts
import Sampling

/// Redis servers on a virtual clock. Each serves calls one after another in the order of arrival, and takes as long as
/// was measured on a real server (`ServiceTimes`). The values are real, and are stored in an `InMemoryCountStore`.
final class SimulatedServers: @unchecked Sendable {
    let store = InMemoryCountStore(run: "simulation")
    let times: ServiceTimes
    /// The seconds from a server's answer to the arrival of the client's next call, if the client takes no time.
    let roundTrip: Double
    /// For each server, the time at which it will have served all calls received, and its total seconds of work.
    private var freeAt: [Double]
    private(set) var busy: [Double]
    /// The number of blocks written.
    fileprivate(set) var stored = 0
    private var random = Xoshiro256(seed: 1, stream: 0)

    init(_ servers: Int, times: ServiceTimes, roundTrip: Double) {
        self.times = times
        self.roundTrip = roundTrip
        freeAt = Array(repeating: 0, count: servers)
        busy = freeAt
    }

    var count: Int { freeAt.count }

    /// Returns the time of one direction of a round trip, which varies randomly by 20%.
    func way() -> Double { roundTrip / 2 * (0.8 + 0.4 * random.nextDouble()) }

    /// Serves a call that has arrived at `now` and takes the given seconds of each server. Returns the time of the last
    /// answer.
    func serve(_ seconds: [Double], now: Double) -> Double {
        var end = now
        for (server, seconds) in seconds.enumerated() where seconds > 0 {
            freeAt[server] = max(freeAt[server], now) + seconds
            busy[server] += seconds
            end = max(end, freeAt[server])
        }
        return end
    }
}

/// One shard's connection to the servers.
final class SimulatedStore: ForwardingStore, @unchecked Sendable {
    private let servers: SimulatedServers
    private let process: VirtualTime.Process
    /// The number of blocks written, and of writes refused.
    private(set) var stored = 0
    private(set) var refused = 0
    /// For each block, the number of refusals since it was last stored; and the largest such number so far.
    private var refusals: [Int: Int] = [:]
    private(set) var mostRefusals = 0

    init(_ servers: SimulatedServers, _ process: VirtualTime.Process) {
        self.servers = servers
        self.process = process
        super.init(servers.store)
    }

    override func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState] {
        try call(requests.map(\.block)) { () throws(CountStoreError) in
            try store.read(requests)
        } size: { state in
            let bytes =
                (state.total?.count ?? 0) + (state.contribution?.count ?? 0) + (state.words?.count ?? 0)
            return (servers.times.read, bytes)
        }
    }

    override func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome] {
        var next = writes[...]
        let outcomes = try call(writes.map(\.block)) { () throws(CountStoreError) in
            try store.write(writes)
        } size: {
            _ in
            let write = next.removeFirst()
            let rest = write.contribution.count + (write.words?.count ?? 0)
            switch write.change {
            case .replace(let total, _), .startOver(let total, _): return (servers.times.replace, total.count + rest)
            case .append(let change): return (servers.times.append, change.count + rest)
            }
        }
        for (write, outcome) in zip(writes, outcomes) {
            if outcome == .stored {
                stored += 1
                servers.stored += 1
                refusals[write.block] = nil
            } else {
                refused += 1
                refusals[write.block, default: 0] += 1
                mostRefusals = max(mostRefusals, refusals[write.block]!)
            }
        }
        return outcomes
    }

    override func statuses() throws(CountStoreError) -> [ShardStatus] { fatalError("shards report to `Reports`") }
    override func pace(deadAfter: Double) throws(CountStoreError) -> RunPace {
        fatalError("shards report to `Reports`")
    }

    /// The times of the last report, and of the last read of the statuses of all shards.
    private var (reported, readStatuses) = (0.0, 0.0)

    /// Takes the time of a report and of the answer, which is the pace of the run. As in `Membership`, a shard also
    /// reports once a second meanwhile, and reads the statuses of all shards now and then.
    func report(shards: Int) {
        process.sleep(for: servers.way())
        let now = process.time.now
        var seconds = Array(repeating: 0.0, count: servers.count)
        seconds[0] = servers.times.pace * (1 + (now - reported).rounded(.down))
        reported = now
        if now - readStatuses >= max(1, 0.1 * Double(shards)) {
            seconds[0] += servers.times.status * Double(shards)
            readStatuses = now
        }
        process.sleep(until: servers.serve(seconds, now: now) + servers.way())
    }

    /// Sends a call, performs it when it arrives, and returns the answer when the client has received and processed it.
    private func call<Answer>(
        _ blocks: [Int], _ body: () throws(CountStoreError) -> [Answer],
        size: (Answer) -> (time: ServiceTimes.Line, bytes: Int)
    ) throws(CountStoreError) -> [Answer] {
        process.sleep(for: servers.way())
        let answers = try body()
        var seconds = Array(repeating: 0.0, count: servers.count)
        var bytes = 0
        for (block, answer) in zip(blocks, answers) {
            let part = size(answer)
            seconds[block % servers.count] += part.time.seconds(bytes: part.bytes)
            bytes += part.bytes
        }
        let answered = servers.serve(seconds, now: process.time.now)
        let client = Double(bytes) * (servers.times.clientByte + 1 / ServiceTimes.network)
        process.sleep(until: answered + servers.way() + client)
        return answers
    }
}
