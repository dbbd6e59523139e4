import ArgumentParser
import CommandLineTools
import Files

/// Where the state of the chain is kept, so that an interrupted shard need not start over.
struct CheckpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder for checkpoints, made if it is missing: an interrupted shard that is started again with the same "
                + "command goes on from its last one (default: none are kept).", valueName: "folder"))
    var checkpoint: String?

    @Option(
        help: ArgumentHelp(
            "Sweeps from one checkpoint to the next, one more being taken at the end (default: 10).",
            valueName: "sweeps"),
        transform: Numbers.whole(1...Int.max))
    var checkpointEvery: Int?

    static let defaultEvery = 10

    mutating func validate() throws {
        if checkpointEvery != nil && checkpoint == nil {
            throw ValidationError("--checkpoint-every needs a place: name a folder with --checkpoint")
        }
    }

    /// Makes the folder, if checkpoints are to be kept.
    func prepare() throws(FileError) {
        if let checkpoint { try OutputFolder.prepare(checkpoint, option: "--checkpoint") }
    }
}
