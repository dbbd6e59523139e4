import ArgumentParser
import CommandLineTools
import Counts
import Platform
import RedisStore

/// `dist-lda store remove-shard`: removes a shard from a run, which continues without it.
struct RemoveShard: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Removes a shard that is dead or has finished, with all its counts, from a run.",
        usage: "dist-lda store remove-shard --run <name> --shard <number> [--force] [--redis <address>] ...",
        discussion: """
            Subtracts the shard's counts from every total and removes its documents; the other shards no longer wait \
            for it. If a process of the shard is still running, it ends with exit code 76. The command that started \
            the shard adds it to the run again. If the shard is alive, remove-shard ends with exit code 75.
            """)

    @Option(
        help: ArgumentHelp("The shard's number, from 0 (required).", valueName: "number"),
        transform: Numbers.whole(0...65535))
    var shard: Int?

    @Flag(help: "Remove the shard even if it is alive.")
    var force = false

    @OptionGroup var named: NamedRun

    func run() throws {
        guard let shard else { throw UsageError("name the shard with --shard (dist-lda store status shows them all)") }
        let (store, manifest) = try named.openWithManifest()
        guard shard < manifest.shards else {
            throw UsageError(
                "--shard is \(shard) but run \(store.run) has \(manifest.shards) shards: give a number from 0 to "
                    + "\(manifest.shards - 1)")
        }
        let last = try ShardRemoval.remove(
            shard: shard, from: store, manifest: manifest,
            proposed: Generation(
                millisecondsSince1970: UInt64(Timestamp.secondsSince1970) * 1000, random: .random(in: .min ... .max)),
            force: force)
        let tokens = last.map { "its \($0.tokens) tokens" } ?? "it had never reported"
        StandardStream.output.write("removed shard \(shard) from run \(store.run): \(tokens)\n")
    }
}
