import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store list`: a line a run, "name TAB shards TAB topics TAB document".
struct ListRuns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Prints a line for each run: its name, shards, topics and document, with tabs between.",
        usage: "dist-lda store list [--redis <address>] ...")

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let servers = try store.chosenServers()
        for name in try store.open(run: RunName(fitting: ""), at: servers).runs() {
            // A run may vanish meanwhile, or be of another version: it has a name all the same.
            let manifest = try? store.open(run: name, at: servers).manifest()
            let facts =
                manifest.map { ["\($0.shards)", "\($0.topics)", Printable.text($0.document)] } ?? ["?", "?", "?"]
            StandardStream.output.write(([name.text] + facts).joined(separator: "\t") + "\n")
        }
    }
}
