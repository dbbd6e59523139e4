package import ArgumentParser
import Files
import JSON
import Logging
import Platform

/// Runs a command from its arguments to its exit code; each tool's `main.swift` is one call of it.
///
/// - Accepts both spellings of flags (`FlagSpelling`) and hides passwords from other users (`ArgumentMask`).
/// - Ignores SIGPIPE and SIGXFSZ: if a peer or reader closes its end, or a file reaches its size limit, the system call
///   fails and the process continues.
/// - Keeps results from replacing files that the tool has read (`ReadFiles`).
/// - Writes help and version to standard output, with code 0.
/// - Turns an error into one line on standard error, `TOOL: sentence`, and an exit code (`ExitStatus`).
/// - Ends with code 74 instead of 0 if something could not be written to standard output or standard error.
package enum RunTool {
    package static func main(_ tool: any ParsableCommand.Type) async -> Never {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        StandardStream.replaceClosed()
        ReadFiles.protect()
        let arguments = FlagSpelling.normalised(Array(CommandLine.arguments.dropFirst()))
        ArgumentMask.hidePasswords(argumentCount: CommandLine.argc, arguments: CommandLine.unsafeArgv)
        do {
            try ProcessLimits.check(threads: Machine.cores + helperThreads)
            var command = try tool.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            end(tool, ExitStatus.success.rawValue, isJSON: LogOptions.isJSON(arguments))
        } catch {
            let ending = Ending(error, of: tool)
            if ending.status == ExitStatus.success.rawValue {
                StandardStream.output.write(ending.text)
            } else {
                say(ending.text, isJSON: LogOptions.isJSON(arguments))
            }
            end(tool, ending.status, isJSON: LogOptions.isJSON(arguments))
        }
    }

    /// The threads that a tool needs in addition to one for each core: reading, signals, the store, and those of the
    /// libraries.
    private static let helperThreads = 8

    private static func end(_ tool: any ParsableCommand.Type, _ status: Int32, isJSON: Bool) -> Never {
        guard status == ExitStatus.success.rawValue, let failure = StandardStream.failure else { exit(status) }
        say("\(tool.configuration.commandName ?? "dist-lda"): \(failure)\n", isJSON: isJSON)
        exit(ExitStatus.inputOutput.rawValue)
    }

    /// Writes the error with which the process ends, as a JSON object if its log has this format. Names in it can hold
    /// characters that control a terminal.
    private static func say(_ text: String, isJSON: Bool) {
        let line = UTF8Text.withoutControls(text)
        if isJSON {
            Logger(label: "", factory: { _ in JSONLogHandler() }).error("\(line.drop { $0 == "\n" })")
        } else {
            StandardStream.error.write("\(line)\n")
        }
    }

    /// The output and the exit code for an error.
    private struct Ending {
        let text: String
        let status: Int32

        init(_ error: any Error, of tool: any ParsableCommand.Type) {
            let name = tool.configuration.commandName ?? "dist-lda"
            if let status = ExitStatus(error) {
                (text, self.status) = ("\(name): \(error)\n", status.rawValue)
                return
            }
            let code = tool.exitCode(for: error)
            let words = tool.message(for: error)
            let trimmed = words.prefix(
                upTo: words.lastIndex { $0 != "\n" }.map(words.index(after:)) ?? words.startIndex)
            let message = ForeignFlags.message(for: String(trimmed)) ?? String(trimmed)
            switch code {
            case .success: (text, status) = (message.isEmpty ? "" : "\(message)\n", code.rawValue)
            case .validationFailure:
                (text, status) = ("\(name): \(message) (try '\(name) --help')\n", ExitStatus.usage.rawValue)
            case .failure: (text, status) = ("\(name): \(message)\n", ExitStatus.internal.rawValue)
            default: (text, status) = (message.isEmpty ? "" : "\(name): \(message)\n", code.rawValue)
            }
        }
    }
}
