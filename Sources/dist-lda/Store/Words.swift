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
        StandardStream.output.write(json ? page(found) : Array(text(found).utf8))
    }

    private func text(_ found: [WordTopics]) -> String {
        var table = Table("WORD", "TOKENS", "TOPIC:TOKENS")
        for word in found {
            let topics = word.topics.prefix(limit).map { "\($0.topic):\($0.count)" }.joined(separator: " ")
            table.add(UTF8Text.printable(word.word.span), "\(word.tokens)", topics)
        }
        return table.text
    }

    private func page(_ found: [WordTopics]) -> [UInt8] {
        let words = found.map { word -> JSONValue in
            let topics = word.topics.prefix(limit).map { topic, count -> JSONValue in
                ["topic": .integer(topic), "count": .integer(count)]
            }
            return [
                "word": .bytes(word.word), "block": .integer(word.block), "tokens": .integer(word.tokens),
                "topics": .array(topics),
            ]
        }
        return JSONValue.object([(key: "words", value: .array(words))]).page()
    }
}
