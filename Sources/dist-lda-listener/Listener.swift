import ArgumentParser
import CommandLineTools
import Counts
import Files
import Logging
import Models
import RedisStore
import Reporting

/// `dist-lda-listener`: the command line and the start; the main loop is `DumpLoop`.
struct Listener: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dist-lda-listener",
        abstract: "Writes the model of a running cluster to files during training.",
        usage: "dist-lda-listener [--redis <address>] [--run <name>] [--write-every <sweeps>] [--output <folder>] ...",
        discussion: """
            Waits until every shard of the run has stored its counts and writes the model. Then writes it again \
            whenever the slowest shard has advanced by --write-every sweeps. Each file is verified to hold every token \
            of every shard exactly once, and is written completely or not at all. After every shard has finished, the \
            listener writes a last file and exits. On SIGTERM or SIGINT it writes a last file if the model has \
            changed, and exits; a second signal of the same kind ends it at once.

            Every file is recorded in OUTPUT/dumps.jsonl, one JSON object per line.

            Examples:
              dist-lda-listener --redis=server:6379 --write-every=10 --output=model
              dist-lda-listener --redis=server --run=letters --write=csv,ldavis

            \(ExitStatus.help)
            """,
        version: Version.line(of: "dist-lda-listener"))

    @OptionGroup(title: "Store") var store: StoreOptions

    @OptionGroup(title: "Store") var outage: OutageOptions

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The name of the run; not needed if the server holds only one run.", valueName: "name"),
        transform: { try RunName($0) })
    var name: RunName?

    @Option(
        help: ArgumentHelp(
            "The number of sweeps of the slowest shard between files (default: 10).", valueName: "sweeps"),
        transform: Numbers.whole(1...Int.max))
    var writeEvery = 10

    @Option(
        help: ArgumentHelp("How often to read the state of the store (default: 1).", valueName: "seconds"),
        transform: Numbers.number(0.01...3600))
    var pollInterval = 1.0

    @Option(help: ArgumentHelp("The folder to write to; created if it does not exist.", valueName: "folder"))
    var output = "."

    @OptionGroup var written: WriteOptions

    @Flag(help: "Keep running after every shard has finished and follow the next run of this name.")
    var forever = false

    @OptionGroup var log: LogOptions

    func run() async throws {
        let logger = log.logger("dist-lda-listener")
        let formats = written.formats(unasked: [.distLDA])
        try written.check(formats, parts: [.model, .documents]) { _ in
            "only the shards know the topic of each token: use it with dist-lda-shard"
        }
        let servers = try store.serversOrLocal { logger.warning("\($0)") }
        try OutputFolder.prepare(output)
        let lock = try FolderLock(output, owner: "dist-lda-listener")
        defer { lock.removeFile() }
        let record = try LineLog(path: "\(output)/dumps.jsonl", .after)
        var loop = DumpLoop(
            schedule: DumpSchedule(every: writeEvery, forever: forever), output: output, formats: formats,
            threshold: written.docTopicsThreshold, pollInterval: pollInterval,
            maxOutage: outage.maxOutage, record: record, logger: logger,
            stop: { StopSignals.isRequested }, pause: { await StopSignals.pause(seconds: $0) })

        guard let name = try await followedRun(at: servers, logger: logger) else { return }
        let counts = try store.open(run: name, at: servers, maxOutage: outage.maxOutage)
        StopSignals.install()
        logger.info("listening", metadata: ["run": "\(name)", "redis": "\(servers)", "output": "\(output)"])
        try await loop.follow(counts)
    }

    /// Returns the run named by `--run`, or waits until the server holds a run and returns it if it is the only one.
    /// Returns nil if a stop is requested before that.
    private func followedRun(at servers: RedisServers, logger: Logger) async throws -> RunName? {
        if let name { return name }
        let counts = try store.open(run: RunName(fitting: ""), at: servers)
        StopSignals.install()
        var throttle = Throttle()
        while !StopSignals.isRequested {
            let runs = try counts.runs()
            if runs.count > 1 {
                throw UsageError(
                    "Redis at \(servers) holds \(runs.count) runs: name one with --run "
                        + "(\(runs.map(\.text).joined(separator: ", ")))")
            }
            if let run = runs.first { return run }
            if throttle.isDue("run") {
                logger.info("waiting for a run to start", metadata: ["redis": "\(servers)"])
            }
            await StopSignals.pause(seconds: pollInterval)
        }
        return nil
    }
}
