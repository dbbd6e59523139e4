import ArgumentParser
import CommandLineTools
import Counts
import RedisStore
import Reporting

/// `dist-lda store audit`: checks the invariants of the ledger.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks that the counts of a run are consistent; exit code 65 if not.",
        usage: "dist-lda store audit --run <name> [--redis <address>] ...",
        discussion: """
            Reads every block and checks that its total is the sum of the shards' contributions, that every value is \
            undamaged, that every word is in its block exactly once, and that no shard's tokens are missing. Prints a \
            line for each violation, then a summary. Shards may be running meanwhile, because each block is read \
            atomically.
            """)

    @OptionGroup var named: NamedRun

    func run() throws {
        let (store, manifest) = try named.openWithManifest()
        let audit = try LedgerReport.audit(store, manifest) { StandardStream.output.write($0) }
        if audit.violations > 0 {
            throw BrokenLedgerError(
                run: store.run, violations: audit.violations, advice: "use dist-lda store repair")
        }
    }
}
