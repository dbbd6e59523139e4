import ArgumentParser
import CommandLineTools
import Counts
import JSON
import RedisStore
import Reporting

/// `dist-lda store topics`: prints the most frequent words of topics.
struct Topics: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the most frequent words of topics, read from the store.",
        usage: "dist-lda store topics --run <name> [--top <number>] [--json] [--redis <address>] [<topic> ...]")

    @Argument(
        help: ArgumentHelp("The topics (default: all).", valueName: "topic"), transform: Numbers.whole(0...65535))
    var topics: [Int] = []

    @Option(
        help: ArgumentHelp("The number of words to print for each topic (default: 10).", valueName: "number"),
        transform: Numbers.whole(1...1000))
    var top = 10

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var named: NamedRun

    func run() throws {
        let (store, manifest) = try named.openWithManifest()
        if let topic = topics.first(where: { $0 >= manifest.columns }) {
            throw UsageError(
                "topic \(topic) is not one of run \(store.run): give numbers from 0 to \(manifest.columns - 1)")
        }
        var found = try TopWords.read(from: store, manifest: manifest, count: top)
        if !topics.isEmpty { found = found.selecting(topics) }
        if json {
            StandardStream.output.write(found.json.page())
        } else {
            for line in found.lines { StandardStream.output.write(line + "\n") }
        }
    }
}
