package import ArgumentParser

/// `--max-outage`: for tools that go on while the store is away.
package struct OutageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Give up, with exit code 75, when the server has been away for so long (default: wait for ever).",
            valueName: "seconds"),
        transform: Numbers.positive)
    package var maxOutage: Double?

    package init() {}
}
