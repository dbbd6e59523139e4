import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store remove-shard`: a run goes on without one of its shards.
struct RemoveShard: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes a shard that is dead or has finished out of a run, exactly.",
        usage: "dist-lda store remove-shard --run <name> --shard <number> [--force] [--redis <address>] ...",
        discussion: """
            Its counts are taken out of every total, its documents are removed, and no one waits for it any more. If a \
            process of it is still there, that one ends with exit code 76. The command that started the shard brings it \
            back. A shard that is alive is refused with exit code 75.
            """)

    @Option(
        help: ArgumentHelp("Which shard, from 0 (needed).", valueName: "number"), transform: Numbers.whole(0...65535))
    var shard: Int?

    @Flag(help: "Also if it is alive.")
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
