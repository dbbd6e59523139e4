import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `--run` and where it is, for commands on one run. `--run` is optional to the parser only, which would report it missing
/// before it reports the flag that was misspelled.
struct NamedRun: ParsableArguments {
    @Option(
        name: .customLong("run"), help: ArgumentHelp("The run's name (needed).", valueName: "name"),
        transform: { try RunName($0) })
    private var given: RunName?

    @OptionGroup(title: "Store") var store: StoreOptions

    /// The run's store, connected, and whatever its name.
    func open() throws -> RedisCountStore {
        guard let given else { throw UsageError("name the run with --run (dist-lda store status shows them all)") }
        return try store.open(run: given, at: try store.chosenServers())
    }

    /// The run's store, connected, and the run.
    func openWithManifest() throws -> (store: RedisCountStore, manifest: RunManifest) {
        let store = try open()
        guard let manifest = try store.manifest() else { throw CountStoreError.missing(run: store.run) }
        return (store, manifest)
    }
}
