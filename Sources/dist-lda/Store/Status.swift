import ArgumentParser
import CommandLineTools
import Counts
import JSON
import LDA
import RedisStore
import Reporting

/// `dist-lda store status`: lists the runs, or reports on one of them.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the runs, or shows the shards, the memory and the traffic of one run.",
        usage: "dist-lda store status [--run <name>] [--json] [--redis <address>] ...")

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The name of the run (default: list all runs).", valueName: "name"),
        transform: { try RunName($0) })
    var name: RunName?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let servers = try store.chosenServers()
        if let name {
            let report = try RunReport(store.open(run: name, at: servers))
            StandardStream.output.write(json ? report.json.page() : Array(report.text.utf8))
        } else {
            let runs = try RunList(store.open(run: RunName(fitting: ""), at: servers)) { name in
                // The run may be removed meanwhile, or be of another version; its name is listed nevertheless.
                guard let manifest = try? store.open(run: name, at: servers).manifest() else { return nil }
                return (try? ModelSettings(manifest)).map { (manifest, $0) }
            }
            StandardStream.output.write(json ? runs.json.page() : Array(runs.text.utf8))
        }
    }
}
