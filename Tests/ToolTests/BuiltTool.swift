import Foundation
import Testing

/// One of the built tools (or another program), run as a process, as a user would.
struct BuiltTool {
    let name: String
    let path: String
    private var launcher: [String] = []

    static let shell = BuiltTool(name: "sh", path: "/bin/sh")
    static let shard = BuiltTool(name: "dist-lda-shard")
    static let listener = BuiltTool(name: "dist-lda-listener")
    static let main = BuiltTool(name: "dist-lda")

    /// The exit status and the output of a process that has ended.
    struct Outcome: Equatable {
        var status: Int32
        var output: String
        var error: String

        /// The last line on standard error: the reason for the end, if the process failed.
        var lastLine: String { error.split(separator: "\n").last.map(String.init) ?? "" }
    }

    struct Overdue: Error, CustomStringConvertible {
        let description: String
    }

    /// The folder of the built products: `DIST_LDA_BIN`, or the folder in which the tests were built.
    private static var folder: URL {
        if let folder = ProcessInfo.processInfo.environment["DIST_LDA_BIN"] { return URL(fileURLWithPath: folder) }
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        return (bundle ?? Bundle.main.executableURL ?? Bundle.main.bundleURL).deletingLastPathComponent()
    }

    init(name: String, path: String? = nil) {
        self.name = name
        self.path = path ?? Self.folder.appendingPathComponent(name).path
    }

    /// Runs the tool to its end. Throws if that takes longer than `deadline` seconds.
    func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", deadline: Double = 60
    ) async throws -> Outcome {
        let process = try start(arguments, environment: environment, input: input)
        return try await process.outcome(deadline: deadline)
    }

    func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    /// Starts the tool. Lines are as wide as on a terminal of 80 columns, and the user's environment is not inherited.
    func start(
        _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) throws -> RunningTool {
        let words = launcher + [path] + arguments
        return try RunningTool(
            words[0], Array(words.dropFirst()), environment: environment.merging(["COLUMNS": "80"]) { $1 },
            input: input)
    }

    /// Returns the same tool, run by a command that executes it in its place. `launcher` is that command with its
    /// arguments.
    func through(_ launcher: [String]) -> BuiltTool {
        var tool = self
        if let command = launcher.first { tool.launcher = [Self.found(command)] + launcher.dropFirst() }
        return tool
    }

    /// Returns the path of a system command.
    private static func found(_ command: String) -> String {
        ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map { "\($0)/\(command)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? command
    }
}

/// A process of a tool. It is killed when the object is released.
final class RunningTool {
    /// `PATH`, and the variables that bin/sanitize sets for the programs that it checks.
    private static let inherited = ProcessInfo.processInfo.environment
        .filter { name, _ in ["LD_PRELOAD", "TSAN_OPTIONS", "ASAN_OPTIONS"].contains(name) }
        .merging(["PATH": "/usr/bin:/bin"]) { $1 }

    private let process = Process()
    private let folder: URL

    fileprivate init(_ path: String, _ arguments: [String], environment: [String: String], input: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("dist-lda-tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Files are used instead of pipes, because a process that writes more than a pipe holds would block.
        for name in ["output", "error"] { try Data().write(to: folder.appendingPathComponent(name)) }
        try Data(input.utf8).write(to: folder.appendingPathComponent("input"))
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment.merging(Self.inherited) { first, _ in first }
        process.standardInput = try FileHandle(forReadingFrom: folder.appendingPathComponent("input"))
        process.standardOutput = try FileHandle(forWritingTo: folder.appendingPathComponent("output"))
        process.standardError = try FileHandle(forWritingTo: folder.appendingPathComponent("error"))
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    var isRunning: Bool { process.isRunning }
    var identifier: Int32 { process.processIdentifier }
    var output: String { text("output") }
    var error: String { text("error") }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Stops all threads of the process and returns when they have stopped.
    func pause() {
        send(SIGSTOP)
        var info = siginfo_t()
        _ = waitid(P_PID, id_t(process.processIdentifier), &info, WSTOPPED | WNOWAIT)
    }

    /// Waits for the end of the process. If it was ended by a signal, the status is 128 + the signal's number, as in a
    /// shell.
    func outcome(deadline: Double = 60) async throws -> BuiltTool.Outcome {
        try await until("the end of \(process.arguments ?? [])", deadline: deadline) { !process.isRunning }
        let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
        return BuiltTool.Outcome(status: status, output: output, error: error)
    }

    /// Waits until `condition` holds. The deadline is counted in checks, not by the clock, so that a pause of the whole
    /// machine, as virtual machines have them, does not make the test fail.
    func until(_ what: String, deadline: Double = 60, _ condition: () throws -> Bool) async throws {
        var looksLeft = Int(deadline / 0.005)
        while try !condition() {
            guard looksLeft > 0 else {
                throw BuiltTool.Overdue(description: "waited \(deadline) s for \(what); standard error:\n\(error)")
            }
            looksLeft -= 1
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func text(_ name: String) -> String {
        let data = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
