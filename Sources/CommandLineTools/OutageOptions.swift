package import ArgumentParser

/// `--max-outage`, for tools that continue while the store is unavailable.
package struct OutageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Give up, with exit code 75, when the server has been unavailable for this long (default: wait forever).",
            valueName: "seconds"),
        transform: Numbers.positive)
    package var maxOutage: Double?

    package init() {}
}
