import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store audit`: the ledger's laws, recomputed.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Recomputes every law of a run's ledger; exit code 65 if one is broken.",
        usage: "dist-lda store audit --run <name> [--redis <address>] ...",
        discussion: """
            Reads every block and checks that its total is the sum of the shards' contributions, that every value is whole, \
            that every word is in its block once, and that each shard's tokens are all there. Prints a line for each \
            violation, then a summary. Shards may go on meanwhile: a block is read at one moment.
            """)

    @OptionGroup var named: NamedRun

    func run() throws {
        let (store, manifest) = try named.openWithManifest()
        let audit = try LedgerReport.audit(store, manifest)
        if audit.violations > 0 {
            throw BrokenLedgerError(
                run: store.run, violations: audit.violations, advice: "dist-lda store repair sets it right")
        }
    }
}

/// An audit as lines on standard output.
enum LedgerReport {
    /// Audits, printing each violation and the summary. Throws if the run is replaced by another meanwhile.
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
                + (shards.isEmpty ? "" : "not all is stored yet by shards: \(shards)\n"))
        return audit
    }
}
