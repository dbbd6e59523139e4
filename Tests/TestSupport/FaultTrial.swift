#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The number of times, or the time, that a test repeats a fault, and the seed. By default, as in bin/test, it is
/// small; bin/faults sets larger values through the environment.
///
///     var trial = FaultTrial("redis-killed", runs: 3)
///     while trial.next() { ... trial.random ... }
///     trial.report("slowest 0.3 s")
package struct FaultTrial {
    /// The name in the result line, which is that of the row of bin/faults.
    private let name: String
    package let runs: Int
    private let seconds: Double?
    package let seed: UInt64
    package var random: SeededGenerator
    /// The number of trials begun.
    private(set) package var done = 0
    private let began = ContinuousClock.now

    /// Creates a trial that is repeated a number of times.
    package init(_ name: String, runs: Int) {
        self.init(name, runs: Self.asked("RUNS", Int.init) ?? runs, seconds: nil)
    }

    /// Creates a trial that runs for a certain time.
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

    /// Whether more was requested than the default amount.
    package var isLong: Bool {
        seconds == nil ? Self.asked("RUNS", Int.init) != nil : Self.asked("MINUTES", Double.init) != nil
    }

    package var elapsed: Double { began.duration(to: .now) / .seconds(1) }

    /// Returns whether to try again.
    package mutating func next() -> Bool {
        guard done < runs, elapsed < seconds ?? .infinity else { return false }
        done += 1
        return true
    }

    /// Pauses for a random time of at most so many seconds.
    package mutating func pause(upTo seconds: Double) async throws {
        try await Task.sleep(for: .seconds(random.next(in: 0..<seconds)))
    }

    /// Prints the result as one line, for the record.
    package func report(_ facts: String...) {
        let runs = seconds == nil ? "\(self.runs) runs" : "\(done) rounds"
        let all = [runs, "seed \(seed)", "\(Int(elapsed.rounded())) s"] + facts
        print("fault \(name): \(all.joined(separator: ", "))")
    }
}
