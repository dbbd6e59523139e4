import ArgumentParser
import CommandLineTools

/// `dist-lda`: what one does with runs and models besides training them. Each subcommand is a file here.
struct DistLDA: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dist-lda",
        abstract:
            "Counts words, looks after runs and models; dist-lda-shard trains them, dist-lda-listener writes them to files.",
        version: Version.line(of: "dist-lda"),
        subcommands: [Convert.self, VocabularyTool.self, Store.self])
}
