import ArgumentParser
import CommandLineTools
import Counts
import RedisStore

/// `dist-lda store repair`: sets a ledger right that an audit found broken.
struct Repair: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sets a run's ledger right, block by block; exit code 65 if counts are lost.",
        usage: "dist-lda store repair --run <name> [--redis <address>] ...",
        discussion: """
            Recomputes totals from the shards' contributions where they differ, and removes what is damaged; a shard that \
            runs puts its counts back. Shards may go on meanwhile: a block is changed only if it is still as it was read. \
            Then audits, and says what is left.
            """)

    @OptionGroup var named: NamedRun

    func run() throws {
        let (store, manifest) = try named.openWithManifest()
        try LedgerRepair.run(on: store, manifest: manifest) { mending in
            for violation in mending.violations { StandardStream.output.write("found \(violation.line)\n") }
            StandardStream.output.write(Self.line(mending) + "\n")
        }

        let alive = Set(try store.statuses().filter { $0.isAlive(lease: manifest.lease) }.map(\.progress.shard))
        var awaited = 0
        let audit = try LedgerReport.audit(store, manifest) { violation in
            guard let shard = violation.shardToPutBack, alive.contains(shard) else { return }
            awaited += 1
            StandardStream.output.write("shard \(shard) runs, and puts its counts back\n")
        }
        if audit.violations > awaited {
            throw BrokenLedgerError(
                run: store.run, violations: audit.violations - awaited,
                advice: "start the shards named above again with the same command; one that has finished must be taken "
                    + "out first, with dist-lda store remove-shard")
        }
    }

    private static func line(_ mending: LedgerRepair.Mending) -> String {
        let before = mending.tokensBefore.map { "\($0)" } ?? "unknown"
        let removed = mending.removed.map { "\($0)" }.joined(separator: ", ")
        return "repaired block \(mending.block): tokens before \(before), now \(mending.tokens)"
            + (removed.isEmpty ? "" : "; counts removed, of shards: \(removed)")
    }
}

extension LedgerViolation {
    /// The shard that mends this at its next exchange, if it runs.
    fileprivate var shardToPutBack: Int? {
        switch self {
        case .absentContributions(let shard, _, _), .tokens(let shard, _, _): shard
        default: nil
        }
    }
}
