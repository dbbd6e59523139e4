import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store flush`: removes one run and nothing else. (The original's flush_db emptied the whole database.)
struct FlushRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush", abstract: "Removes one run from a Redis server, and nothing else.",
        usage: "dist-lda store flush --run <name> [--redis <address>] ...")

    @OptionGroup var named: NamedRun

    @OptionGroup(title: "Store") var store: StoreOptions

    func run() throws {
        let (name, servers) = (try named.name, try store.chosenServers())
        let counts = try store.open(run: name, at: servers)
        // A manifest that is damaged or of another version must not keep a run from being removed.
        let manifest = try? counts.manifest()
        let alive = try counts.statuses().filter {
            $0.progress.state == .sampling && $0.silence < RunAdmission.defaultLease
        }
        guard try counts.removeRun() else { throw CountStoreError.missing(run: name.text) }
        let facts = manifest.map { " (shards: \($0.shards), topics: \($0.topics), blocks: \($0.blocks))" } ?? ""
        StandardStream.output.write("removed run \(name)\(facts) from Redis at \(servers)\n")
        if !alive.isEmpty {
            let shards = alive.map { "\($0.progress.shard)" }.joined(separator: ", ")
            StandardStream.error.write(
                "dist-lda: shards still running: \(shards): stop them first, or they store their counts again\n")
        }
    }
}
