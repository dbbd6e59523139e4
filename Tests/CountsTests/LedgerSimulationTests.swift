import Counts
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The ledger under faults, by seeds: lost and late writes, rollbacks, wipes, crashes, zombies, damage.
/// DIST_LDA_SIMULATION_SEEDS=10000 tries more.
@Suite("the ledger, simulated")
struct LedgerSimulationTests {
    private static let seeds =
        ProcessInfo.processInfo.environment["DIST_LDA_SIMULATION_SEEDS"].flatMap { Int($0) } ?? 200

    @Test("no fault breaks a law, and two exchanges heal what was lost")
    func survives() {
        for seed in 0..<UInt64(Self.seeds) {
            #expect(throws: Never.self, "seed \(seed)") {
                var simulation = LedgerSimulation(seed: seed)
                try simulation.run()
            }
        }
    }

    @Test("the simulation notices a store that breaks its contract", arguments: FlakyStore.Lie.allCases)
    func notices(lie: FlakyStore.Lie) {
        let broken = (0..<UInt64(60)).filter { seed in
            var simulation = LedgerSimulation(seed: seed, lie: lie)
            do { try simulation.run() } catch { return true }
            return false
        }
        #expect(broken.count > 10, "of 60 schedules")
    }
}
