import Counts
import Sampling

/// Redis servers on a virtual clock: each serves one call after another, in the order in which they arrive, and takes
/// as long as a real one was measured to (`ServiceTimes`). The values are real: they lie in an `InMemoryCountStore`.
final class SimulatedServers: @unchecked Sendable {
    let store = InMemoryCountStore(run: "simulation")
    let times: ServiceTimes
    /// Seconds from a server's answer to the next call of the same client that it gets, if the client takes no time.
    let roundTrip: Double
    /// Per server: when it has served all that has arrived, and the seconds it has served in all.
    private var freeAt: [Double]
    private(set) var busy: [Double]
    /// Blocks written.
    fileprivate(set) var stored = 0
    private var random = Xoshiro256(seed: 1, stream: 0)

    init(_ servers: Int, times: ServiceTimes, roundTrip: Double) {
        self.times = times
        self.roundTrip = roundTrip
        freeAt = Array(repeating: 0, count: servers)
        busy = freeAt
    }

    var count: Int { freeAt.count }

    /// The time of one way, which varies by a fifth.
    func way() -> Double { roundTrip / 2 * (0.8 + 0.4 * random.nextDouble()) }

    /// A call that has arrived at `now`: seconds of work for each server. Returns when the last one answers.
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

/// One shard's connection to them.
final class SimulatedStore: ForwardingStore, @unchecked Sendable {
    private let servers: SimulatedServers
    private let process: VirtualTime.Process
    /// Blocks written, and writes refused.
    private(set) var stored = 0
    private(set) var refused = 0
    /// For each block: how often it has been refused since it was last stored; and the most there ever were.
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

    /// The time of a report and of the answer, which tells how far `shards` shards are.
    func report(shards: Int) {
        process.sleep(for: servers.way())
        var seconds = Array(repeating: 0.0, count: servers.count)
        seconds[0] = servers.times.status * Double(shards)
        process.sleep(until: servers.serve(seconds, now: process.time.now) + servers.way())
    }

    /// Sends a call, has it done where it arrives, and returns the answer when that is here and has been taken in.
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
