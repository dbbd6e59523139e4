import ArgumentParser
import CommandLineTools

/// `dist-lda`: the work on corpora, runs and models other than training. Each subcommand is a file in
/// this folder, and those of `store` are in `Store`.
struct DistLDA: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dist-lda",
        abstract:
            "Counts words, converts corpora and models, and manages runs. "
            + "dist-lda-shard trains models, dist-lda-listener writes them to files.",
        discussion: ExitStatus.help,
        version: Version.line(of: "dist-lda"),
        subcommands: [Convert.self, VocabularyTool.self, Store.self])
}
