import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store audit`: recomputes the ledger's laws.
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
        let audit = try LedgerReport.audit(store, manifest)
        if audit.violations > 0 {
            throw BrokenLedgerError(
                run: store.run, violations: audit.violations, advice: "use dist-lda store repair")
        }
    }
}

/// Prints an audit on standard output.
enum LedgerReport {
    /// Audits the run and prints each violation and the summary. Throws if another run replaces it meanwhile.
    static func audit(
        _ store: any CountStore, _ manifest: RunManifest, observe: (LedgerViolation) -> Void = { _ in }
    ) throws -> LedgerAudit {
        let audit = try LedgerAudit.run(on: store, manifest: manifest) { violation in
            StandardStream.output.write(violation.line + "\n")
            observe(violation)
        }
        try store.expect(manifest)
        let shards = audit.incompleteShards.map(String.init).joined(separator: ", ")
        StandardStream.output.write(
            "run \(store.run): \(audit.tokens) tokens, \(audit.cells) cells, blocks \(audit.blocks) of "
                + "\(manifest.blocks), contributions \(audit.contributions), violations \(audit.violations)\n"
                + (shards.isEmpty ? "" : "shards that have not stored all of their counts yet: \(shards)\n"))
        return audit
    }
}
