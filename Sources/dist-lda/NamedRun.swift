import ArgumentParser
import CommandLineTools
import RedisStore

/// `--run`, for commands on one run. Optional to the parser only, which would report it missing before it reports the
/// flag that was misspelled.
struct NamedRun: ParsableArguments {
    @Option(
        name: .customLong("run"), help: ArgumentHelp("The run's name (needed).", valueName: "name"),
        transform: { try RunName($0) })
    private var given: RunName?

    /// What was given.
    var name: RunName {
        get throws(UsageError) {
            guard let given else { throw UsageError("name the run with --run (dist-lda store list shows them all)") }
            return given
        }
    }
}
