import ArgumentParser
package import Logging

/// How a tool tells people and programs what it does.
package enum LogFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// `--log-format`: what happens goes to standard error, a line each.
package struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Messages on standard error as text or one JSON object a line.", valueName: "text|json"))
    package var logFormat = LogFormat.text

    package init() {}

    /// The tool's logger.
    package func logger(_ label: String) -> Logger {
        let format = logFormat
        return Logger(label: label) { _ in
            switch format {
            case .text: TextLogHandler()
            case .json: JSONLogHandler()
            }
        }
    }
}
