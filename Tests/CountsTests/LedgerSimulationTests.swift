import Counts
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Simulates faults: lost and late writes, rollbacks, lost data, crashes, old checkpoints, zombie processes, silence.
@Suite("simulation of the ledger")
struct LedgerSimulationTests {
    @Test("no fault violates an invariant, and two exchanges restore what was lost")
    func survives() {
        let trial = FaultTrial("simulation", runs: 10_000)
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let results = inThreads(threads) { thread in
            stride(from: thread, to: trial.runs, by: threads).map { number in
                let seed = trial.seed &+ UInt64(number)
                var simulation = LedgerSimulation(seed: seed)
                do { try simulation.run() } catch { simulation.events.violations.append("seed \(seed): \(error)") }
                return simulation.events
            }.reduce(into: LedgerSimulation.Events()) { $0.add($1) }
        }.reduce(into: LedgerSimulation.Events()) { $0.add($1) }
        let isWhole = results.violations.isEmpty
        #expect(isWhole, "\(results.violations.prefix(5))")
        trial.report("\(results)", "\(results.violations.count) violations")
    }

    @Test("the simulation detects a store that violates its contract", arguments: FlakyStore.Lie.allCases)
    func notices(lie: FlakyStore.Lie) { #expect(Self.notices { LedgerSimulation(seed: $0, lie: lie) }) }

    @Test("the simulation detects a shard that does not wait for others")
    func noticesHaste() { #expect(Self.notices { LedgerSimulation(seed: $0, waits: false) }) }

    /// Returns whether four of at most 1,000 schedules violate an invariant.
    private static func notices(_ simulation: (UInt64) -> LedgerSimulation) -> Bool {
        var broken = 0
        for seed in 0..<UInt64(1000) where broken < 4 {
            var simulation = simulation(seed)
            do { try simulation.run() } catch { broken += 1 }
        }
        return broken == 4
    }
}
