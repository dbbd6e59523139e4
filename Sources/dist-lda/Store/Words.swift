import ArgumentParser
import CommandLineTools
import Counts
import JSON
import RedisStore
import Reporting

/// `dist-lda store words`: prints the topics of words.
struct Words: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the topics of words, read from the store.",
        usage: "dist-lda store words --run <name> [--limit <number>] [--json] [--redis <address>] <word> ...")

    @Argument(help: ArgumentHelp("The words; only the blocks that hold them are read.", valueName: "word"))
    var words: [String] = []

    @Option(
        help: ArgumentHelp("The number of topics per word, most frequent first (default: 10).", valueName: "number"),
        transform: Numbers.whole(1...65536))
    var limit = 10

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var named: NamedRun

    func run() throws {
        if words.isEmpty { throw UsageError("name one or more words (see dist-lda store words --help)") }
        let (store, manifest) = try named.openWithManifest()
        let found = try WordTopics.read(words.map { Array($0.utf8) }, from: store, manifest: manifest)
        StandardStream.output.write(
            json ? found.json(topics: limit).page() : Array(found.table(topics: limit).text.utf8))
    }
}
