import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store status`: what a run is, and how far each of its shards.
struct ShowRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Prints what a run is and how far each of its shards has come.",
        usage: "dist-lda store status --run <name> [--redis <address>] ...")

    @OptionGroup var named: NamedRun

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let (name, servers) = (try named.name, try store.chosenServers())
        let counts = try store.open(run: name, at: servers)
        guard let manifest = try counts.manifest() else { throw CountStoreError.missing(run: name.text) }
        let statuses = try counts.statuses()
        StandardStream.output.write(
            "run \(name): shards \(manifest.shards), topics \(manifest.topics), alpha \(manifest.alpha), "
                + "beta \(manifest.beta), documents \(manifest.documents) from \(Printable.text(manifest.document))\n")
        for shard in 0..<manifest.shards {
            let status = statuses.first { $0.progress.shard == shard }
            StandardStream.output.write("shard \(shard): " + (status.map(line) ?? "has not reported yet") + "\n")
        }
    }

    private func line(_ status: ShardStatus) -> String {
        let progress = status.progress
        return
            "\(progress.state.rawValue), sweep \(progress.sweep) of \(progress.iterations), \(progress.tokens) tokens, "
            + "\(progress.tokensPerSecond) tokens/s, heard \(Int(status.silence)) s ago from "
            + "\(Printable.text(progress.host)) (process \(progress.process))"
    }
}
