import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("A listener that fails while it writes", .serialized)
struct ListenerFaultTests {
    private let server: RedisServer
    private let folder: TemporaryDirectory
    private let ledger: FilledLedger
    private let rows: FilledLedger.Rows
    private let totals: [String: Int]

    /// A model that takes long enough to write that the listener can be killed meanwhile.
    init() throws {
        server = try RedisServer()
        folder = try TemporaryDirectory()
        let store = RedisCountStore(run: try RunName("m"), at: try RedisServers(parsing: server.address))
        ledger = try FilledLedger(in: store)
        rows = (0..<5000).map { ("word-\($0 * 7919)", [UInt32($0 % 13 + 1), UInt32($0 % 7)]) }
        totals = rows.reduce(into: [:]) { $0[$1.name] = Int($1.counts.reduce(0, +)) }
    }

    private var arguments: [String] {
        ["--redis", server.address, "--run=m", "--write-every=1", "--poll-interval=0.01", "--output", folder.path]
    }

    private func names(_ prefix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(prefix) }.sorted()
    }
    private func models() throws -> [String] { try names("MODEL_") }
    private func temporaries() throws -> [String] {
        try names(".dist-lda-").filter { !$0.hasSuffix(".lock") }
    }
    private func contents() throws -> [String: [UInt8]] {
        try models().reduce(into: [:]) { $0[$1] = try folder.contents(of: $1) }
    }

    @Test("Killed while it writes a dump, it leaves a complete file or none, and every earlier file unchanged")
    func killed() async throws {
        var trial = FaultTrial("killed-listener", runs: 4)
        // Measures how long it writes. The sweeps start at a number that keeps the file names in order.
        try ledger.put(rows, sweep: 1_000_001)
        let first = try BuiltTool.listener.start(arguments)
        try await first.until("a file begun") { try !temporaries().isEmpty }
        let begun = ContinuousClock.now
        try await first.until("a file") { try !models().isEmpty }
        let time = begun.duration(to: .now) / .seconds(1)
        try await [first].stop()

        var (sweep, torn) = (1_000_001, 0)
        while trial.next() {
            let before = try contents()
            if trial.done.isMultiple(of: 2) {
                sweep += 1
                try ledger.put(rows, sweep: sweep)
            }
            let leftBehind = Set(try temporaries())
            let listener = try BuiltTool.listener.start(arguments)
            try await listener.until("a file begun") { try !Set(temporaries()).subtracting(leftBehind).isEmpty }
            try await trial.pause(upTo: time)
            listener.send(SIGKILL)
            #expect(try await listener.outcome().status == 128 + SIGKILL)
            torn += try temporaries().count
            let after = try contents()
            for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
            for name in after.keys where before[name] == nil {
                #expect(try ModelDump(path: folder(name)).wordTotals == totals, "\(name)")
            }
            for name in try models().dropLast(3) { try FileManager.default.removeItem(atPath: folder(name)) }
        }
        try ledger.put(rows, sweep: sweep + 1, of: .max, state: .finished)
        #expect(try await BuiltTool.listener.run(arguments).status == 0)
        #expect(try temporaries() == [], "files left behind are removed")
        #expect(try ModelDump(path: folder(#require(models().last))).wordTotals == totals)
        trial.report("\(torn) incomplete files never visible", "\(sweep - 1_000_001) models, the visible ones complete")
    }

    private static let prlimit = "/usr/bin/prlimit"

    @Test(
        "While the disk is full, it keeps the last file, reports the error and continues; the last error sets the code",
        .enabled(if: FileManager.default.isExecutableFile(atPath: prlimit), "this needs prlimit, of util-linux"))
    func fullDisk() async throws {
        // The file size limit allows only the lines of a log. Its signal is ignored, because a full disk sends none.
        let script = #"trap '' XFSZ; exec "$0" "$@""#
        try ledger.put(rows, sweep: 1)
        let listener = try BuiltTool.shell.start(["-c", script, BuiltTool.listener.path] + arguments)
        func disk(isFull: Bool) async throws {
            let limit = isFull ? "8192" : "unlimited"
            let command = "\(Self.prlimit) --pid \(listener.identifier) --fsize=\(limit):unlimited"
            #expect(try await BuiltTool.shell.run("-c", command).status == 0)
        }
        try await listener.until("the first file") { try models().count == 1 }
        let before = try contents()

        try await disk(isFull: true)
        try ledger.put(rows, sweep: 2)
        try await listener.until("a message about the disk") { listener.error.contains("File too large") }
        #expect(listener.error.contains("cannot write \(folder.path)/MODEL_"))
        #expect(try contents() == before && temporaries() == [])

        try await disk(isFull: false)
        try ledger.put(rows, sweep: 3)
        try await listener.until("the next file") { try models().count == 2 }

        try await disk(isFull: true)
        let kept = try contents()
        try ledger.put(rows, sweep: 4, state: .finished)
        #expect(try await listener.outcome().status == 74)
        #expect(try contents() == kept && temporaries() == [])
    }

    /// The reason why system calls cannot be made to fail on this machine; nil if they can.
    private static let missing: String? = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/strace")
        process.arguments = ["-qq", "-o", "/dev/null", "true"]
        guard (try? process.run()) != nil else { return "this needs strace" }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : "strace may not trace here"
    }()

    @Test(
        "If the disk fails at the last moment, the last file is unchanged, and the code is 74",
        .enabled(if: missing == nil, "\(missing ?? "")"),
        arguments: [
            ("fsync", "EIO", "Input/output error"), ("fsync", "ENOSPC", "No space left on device"),
            ("?rename,?renameat,?renameat2", "EIO", "Input/output error"),
        ])
    func failingDisk(call: String, error: String, words: String) async throws {
        try ledger.put(rows, sweep: 1)
        let first = try BuiltTool.listener.start(arguments)
        try await first.until("the first file") { try models().count == 1 }
        try await [first].stop()
        let before = try contents()
        try ledger.put(rows, sweep: 2, state: .finished)
        let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=\(call):error=\(error)"]
        let outcome = try await BuiltTool.listener.through(strace).run(arguments)
        #expect(outcome.status == 74)
        #expect(outcome.lastLine.contains("MODEL_") && outcome.lastLine.contains(words), "\(outcome.error)")
        #expect(try contents() == before && temporaries() == [])
    }
}
