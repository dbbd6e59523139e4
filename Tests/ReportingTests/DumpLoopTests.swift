import Counts
import Foundation
import Logging
import Models
import Reporting
import TestSupport
import Testing

@Suite("The listener's loop, on a store in memory")
struct DumpLoopTests {
    private let store = InMemoryCountStore(run: "tiny")
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Follows the run. `pause` is called with its number in place of each wait; the loop is asked to stop after the
    /// one that returns true.
    private func follow(_ pause: @escaping (Int) throws -> Bool) async throws {
        var (pauses, isStopped, failure) = (0, false, (any Error)?.none)
        var loop = DumpLoop(
            schedule: DumpSchedule(every: 5, forever: false), output: folder.path, formats: [.keys], threshold: nil,
            pollInterval: 1, maxOutage: nil, record: try LineLog(path: folder("dumps.jsonl"), .after),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, stop: { isStopped },
            pause: { _ in
                pauses += 1
                do { isStopped = try pause(pauses) } catch { (isStopped, failure) = (true, error) }
            })
        try await loop.follow(store)
        if let failure { throw failure }
    }

    /// The sweep of the only shard in each model that was written.
    private func sweeps() throws -> [Int] {
        try String(decoding: folder.contents(of: "dumps.jsonl"), as: UTF8.self).split(separator: "\n").map { line in
            let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require((fields?["sweeps"] as? [Int])?.first)
        }
    }

    @Test("writes when the shard reports, after so many sweeps, and when it has finished")
    func toTheEnd() async throws {
        try await follow { pauses in
            guard pauses > 1 else { return false }  // There is no run yet.
            let ledger = try FilledLedger(in: store)
            let sweep = pauses - 1
            try ledger.put([("ape", [1, 2])], sweep: sweep, state: sweep == 8 ? .finished : .sampling)
            return false
        }
        #expect(try sweeps() == [1, 6, 8])
    }

    @Test("writes a last model when it is asked to stop, if the model has changed")
    func stopped() async throws {
        let ledger = try FilledLedger(in: store)
        try ledger.put([("ape", [1, 2])], sweep: 1)
        try await follow { pauses in
            if pauses == 2 { try ledger.put([("ape", [2, 1])], sweep: 2) }
            return pauses == 2
        }
        #expect(try sweeps() == [1, 2])
        try await follow { _ in true }
        #expect(try sweeps() == [1, 2, 2])
    }
}
