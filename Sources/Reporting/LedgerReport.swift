package import Counts

/// An audit of a run, as lines for a terminal.
package enum LedgerReport {
    /// Audits the run and passes a line for each violation, and the summary, to `print`. Throws if another run replaces
    /// it meanwhile.
    /// - Parameter observe: Called with each violation after its line.
    package static func audit(
        _ store: any CountStore, _ manifest: RunManifest, print: (String) -> Void,
        observe: (LedgerViolation) -> Void = { _ in }
    ) throws -> LedgerAudit {
        let audit = try LedgerAudit.run(on: store, manifest: manifest) { violation in
            print(violation.line + "\n")
            observe(violation)
        }
        try store.expect(manifest)
        let shards = audit.incompleteShards.map(String.init).joined(separator: ", ")
        print(
            "run \(store.run): \(audit.tokens) tokens, \(audit.cells) cells, blocks \(audit.blocks) of "
                + "\(manifest.blocks), contributions \(audit.contributions), violations \(audit.violations)\n"
                + (shards.isEmpty ? "" : "shards that have not stored all of their counts yet: \(shards)\n"))
        return audit
    }
}
