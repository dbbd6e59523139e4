import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `--run` and the store that holds it, for commands on one run. `--run` is optional only for the parser, which would
/// otherwise report a missing `--run` before a misspelled flag.
struct NamedRun: ParsableArguments {
    @Option(
        name: .customLong("run"), help: ArgumentHelp("The name of the run (required).", valueName: "name"),
        transform: { try RunName($0) })
    private var given: RunName?

    @OptionGroup(title: "Store") var store: StoreOptions

    /// Connects to the store of the run, whether or not the run exists.
    func open() throws -> RedisCountStore {
        guard let given else { throw UsageError("name the run with --run (dist-lda store status shows them all)") }
        return try store.open(run: given, at: try store.chosenServers())
    }

    /// Connects to the store of the run and reads its manifest. Throws if there is no such run.
    func openWithManifest() throws -> (store: RedisCountStore, manifest: RunManifest) {
        let store = try open()
        guard let manifest = try store.manifest() else { throw CountStoreError.missing(run: store.run) }
        return (store, manifest)
    }
}
