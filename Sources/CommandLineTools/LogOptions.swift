import ArgumentParser
package import Logging

/// The format of the messages on standard error.
package enum LogFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// `--log-format`. Every message is one line on standard error.
package struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write messages to standard error as lines of text or JSON.", valueName: "text|json"))
    package var logFormat = LogFormat.text

    package init() {}

    /// Whether the arguments ask for messages in JSON. This is needed for an error in the arguments themselves, which
    /// have then not been parsed.
    static func isJSON(_ arguments: [String]) -> Bool {
        let before = arguments.prefix { $0 != "--" }
        return before.contains("--log-format=json")
            || zip(before, before.dropFirst()).contains { $0 == "--log-format" && $1 == "json" }
    }

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
