import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store flush`: removes one run and nothing else. (The original's flush_db emptied the whole database.)
struct Flush: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Removes one run and nothing else.",
        usage: "dist-lda store flush --run <name> [--redis <address>] ...")

    @OptionGroup var named: NamedRun

    func run() throws {
        let counts = try named.open()
        // A run must be removable even if its manifest is damaged or of another version.
        let manifest = try? counts.manifest()
        let alive = try counts.statuses().filter {
            $0.progress.state == .sampling && $0.silence < manifest?.deadAfter ?? RunAdmission.defaultDeadAfter
        }
        guard try counts.removeRun() else { throw CountStoreError.missing(run: counts.run) }
        let facts = manifest.map { " (shards: \($0.shards), topics: \($0.columns), blocks: \($0.blocks))" } ?? ""
        StandardStream.output.write("removed run \(counts.run)\(facts) from Redis at \(counts.servers)\n")
        if !alive.isEmpty {
            let shards = alive.map { "\($0.progress.shard)" }.joined(separator: ", ")
            StandardStream.error.write(
                "dist-lda: shards still running: \(shards): stop them first, or they store their counts again\n")
        }
    }
}
