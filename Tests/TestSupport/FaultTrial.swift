#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How often, or how long, a test tries a fault, and by which seed: little by itself, as in bin/test; as much as was
/// asked under bin/faults, which says so in the environment.
///
///     var trial = FaultTrial("redis-killed", runs: 3)
///     while trial.next() { ... trial.random ... }
///     trial.report("slowest 0.3 s")
package struct FaultTrial {
    /// As bin/faults calls it.
    private let name: String
    package let runs: Int
    private let seconds: Double?
    package let seed: UInt64
    package var random: SeededGenerator
    /// Tries begun.
    private(set) package var done = 0
    private let began = ContinuousClock.now

    /// One that is tried a number of times.
    package init(_ name: String, runs: Int) {
        self.init(name, runs: Self.asked("RUNS", Int.init) ?? runs, seconds: nil)
    }

    /// One that goes on for a time.
    package init(_ name: String, seconds: Double) {
        self.init(name, runs: .max, seconds: Self.asked("MINUTES", Double.init).map { $0 * 60 } ?? seconds)
    }

    private init(_ name: String, runs: Int, seconds: Double?) {
        (self.name, self.runs, self.seconds) = (name, runs, seconds)
        seed = Self.asked("SEED") { UInt64($0) } ?? 1
        random = SeededGenerator(seed: seed)
    }

    private static func asked<Value>(_ what: String, _ value: (String) -> Value?) -> Value? {
        ProcessInfo.processInfo.environment["DIST_LDA_FAULT_\(what)"].flatMap(value)
    }

    /// Whether more was asked of it than what it does by itself.
    package var isLong: Bool {
        seconds == nil ? Self.asked("RUNS", Int.init) != nil : Self.asked("MINUTES", Double.init) != nil
    }

    package var elapsed: Double { began.duration(to: .now) / .seconds(1) }

    /// Whether to try again.
    package mutating func next() -> Bool {
        guard done < runs, elapsed < seconds ?? .infinity else { return false }
        done += 1
        return true
    }

    /// A pause of random length, at most so many seconds.
    package mutating func pause(upTo seconds: Double) async throws {
        try await Task.sleep(for: .seconds(random.next(in: 0..<seconds)))
    }

    /// Prints what has come of it: one line, for the record.
    package func report(_ facts: String...) {
        let runs = seconds == nil ? "\(self.runs) runs" : "\(done) rounds"
        let all = [runs, "seed \(seed)", "\(Int(elapsed.rounded())) s"] + facts
        print("fault \(name): \(all.joined(separator: ", "))")
    }
}
