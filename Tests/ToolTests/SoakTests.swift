import Foundation
import TestSupport
import Testing

@Suite("A run with constant failures", .serialized)
struct SoakTests {
    enum Fault: CaseIterable {
        case killShard, killAllShards, pauseShard, takeOver
        case restartRedis, wipeRedis, deleteBlock, damageTotal, pauseRedis, forgetScripts
        case cutConnections, loseReplies, stallNetwork
    }

    @Test("counts every token once in every dump, and its memory and descriptors do not grow")
    func soak() async throws {
        var trial = FaultTrial("soak", seconds: 8)
        let (shards, pause) = trial.isLong ? (24, 30.0) : (4, 0.5)
        let run = try LongRun(shards: shards, seed: trial.seed)
        var faults = Fault.allCases.shuffled(using: &trial.random)
        var done: [Fault] = []
        try await run.begin()
        while trial.next() {
            let began = trial.elapsed
            if faults.isEmpty { faults = Fault.allCases.shuffled(using: &trial.random) }
            let fault = faults.removeLast()
            done.append(fault)
            try await run.suffer(fault, &trial.random)
            try await run.expectHealed(after: fault)
            try await Task.sleep(for: .seconds(max(0, pause - (trial.elapsed - began))))
        }
        try await run.end()
        if trial.elapsed > 600 {
            for growth in run.growths { #expect(growth.share < 0.02, "\(growth)") }
        }
        let growths = run.growths.map(\.description).joined(separator: "; ")
        trial.report("\(shards) shards", "\(run.dumps) dumps, all exact", "growth: \(growths)")
    }
}

/// Shards, a listener and Redis, behind a network that can fail. Shard 0 and the listener are never killed, because
/// their memory and descriptors must not grow.
private final class LongRun {
    private let server: RedisServer
    private let network: FaultyProxy
    private let cluster: TestCluster
    private var shards: [RunningTool] = []
    private var listener: RunningTool?
    private(set) var dumps = 0
    private var samples: [String: [Double]] = [:]

    private static let flags = [TestCluster.endless, "--blocks=16", "--dead-after=60"]

    init(shards: Int, seed: UInt64) throws {
        server = try RedisServer()
        network = try FaultyProxy(to: server.address, seed: seed)
        let corpus = SmallCorpus(documents: 2000 * shards, wordsOfTheme: 500)
        cluster = try TestCluster(shards: shards, corpus: corpus, on: [server], address: network.address)
    }

    func begin() async throws {
        shards = try cluster.startAll(Self.flags)
        let listener = try cluster.startListener("--poll-interval=0.2")
        try await listener.until("the first dump", deadline: 600) { try !cluster.notes().isEmpty }
        self.listener = listener
    }

    private func restart(_ number: Int, _ flags: String...) throws {
        shards[number] = try cluster.start(number, Self.flags + flags)
    }

    func suffer(_ fault: SoakTests.Fault, _ random: inout SeededGenerator) async throws {
        let number = Int.random(in: 1..<shards.count, using: &random)
        let moment = Duration.seconds(random.next(in: 0.1..<3))
        switch fault {
        case .killShard:
            shards[number].send(SIGKILL)
            _ = try await shards[number].outcome()
            try restart(number)
        case .killAllShards:
            for shard in shards.dropFirst() { shard.send(SIGKILL) }
            for number in 1..<shards.count {
                _ = try await shards[number].outcome()
                try restart(number)
            }
        case .pauseShard:
            shards[number].send(SIGSTOP)
            try await Task.sleep(for: moment)
            shards[number].send(SIGCONT)
        case .takeOver:
            let sleeper = shards[number]
            sleeper.send(SIGSTOP)
            try restart(number, "--take-over")
            try await shards[number].until("its first sweep", deadline: 600) {
                try cluster.record(of: number)["pid"] as? Int == Int(shards[number].identifier)
            }
            sleeper.send(SIGCONT)
            #expect(try await sleeper.outcome().status == 76)
        case .restartRedis: try server.restart()
        case .wipeRedis: try server.wipe()
        case .deleteBlock: try server.command("DEL", "dlda:{data/\(number % 16)}")
        case .damageTotal: try server.command("SETRANGE", "dlda:{data/\(number % 16)}:n", "30", "?!")
        case .pauseRedis:
            server.pause()
            try await Task.sleep(for: moment)
            server.resume()
        case .forgetScripts: try server.command("SCRIPT", "FLUSH")
        case .cutConnections: network.cut()
        case .loseReplies:
            network.loseReplies(oneIn: 5)
            try await Task.sleep(for: moment)
            network.loseReplies(oneIn: nil)
        case .stallNetwork:
            network.stall()
            try await Task.sleep(for: moment)
            network.resume()
        }
    }

    /// Waits for two more dumps, one of which was started after the fault, and checks that no process has ended.
    func expectHealed(after fault: SoakTests.Fault) async throws {
        let listener = try #require(listener)
        let enough = try cluster.notes().count + 2
        try await listener.until("two dumps after \(fault)", deadline: 600) { try cluster.notes().count >= enough }
        dumps += try cluster.expectExactDumps(removing: true)
        try (shards + [listener]).expectAlive()
        try sample(shards[0], "shard")
        try sample(listener, "listener")
        samples["Redis's memory", default: []].append(Double(try server.info("memory", "used_memory")) ?? 0)
    }

    func end() async throws {
        try await (shards + [try #require(listener)]).stop()
    }

    // MARK: Resources in use

    private func sample(_ process: RunningTool, _ name: String) throws {
        #if os(Linux)
            let status = try String(contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            let size = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) }
            samples["the \(name)'s memory", default: []].append(try #require(size))
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.identifier)/fd")
            samples["the \(name)'s descriptors", default: []].append(Double(descriptors.count))
        #endif
    }

    struct Growth: CustomStringConvertible {
        var name: String
        var share: Double
        var description: String { "\(name) \((share * 100).formatted(.number.precision(.fractionLength(1)))) %" }
    }

    /// The growth from the second quarter of the time to the last, by medians.
    var growths: [Growth] {
        samples.sorted { $0.key < $1.key }.compactMap { name, values in
            let quarter = values.count / 4
            guard quarter > 0 else { return nil }
            func median(_ values: ArraySlice<Double>) -> Double { values.sorted()[values.count / 2] }
            let (early, late) = (median(values[quarter..<2 * quarter]), median(values[(values.count - quarter)...]))
            return Growth(name: name, share: late / early - 1)
        }
    }
}
