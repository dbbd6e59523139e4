import ArgumentParser
import CommandLineTools
import Files

/// The options for checkpoints, which save the state of the chain so that an interrupted shard need not start over.
struct CheckpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder for checkpoints, created if it does not exist; an interrupted shard that is started again with "
                + "the same command continues from its last one (default: no checkpoints).", valueName: "folder"))
    var checkpoint: String?

    @Option(
        help: ArgumentHelp(
            "The number of sweeps between checkpoints; another is written at the end (default: 10).",
            valueName: "sweeps"),
        transform: Numbers.whole(1...Int.max))
    var checkpointEvery: Int?

    static let defaultEvery = 10

    mutating func validate() throws {
        if checkpointEvery != nil && checkpoint == nil {
            throw ValidationError("--checkpoint-every needs a folder: name one with --checkpoint")
        }
    }

    /// Creates the folder for checkpoints, if `--checkpoint` is given.
    func prepare() throws(FileError) {
        if let checkpoint { try OutputFolder.prepare(checkpoint, option: "--checkpoint") }
    }
}
