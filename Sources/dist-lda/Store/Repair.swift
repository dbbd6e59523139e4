import ArgumentParser
import CommandLineTools
import Counts
import RedisStore
import Reporting

/// `dist-lda store repair`: repairs a ledger in which an audit has found violations.
struct Repair: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Repairs the counts of a run, block by block; exit code 65 if counts are lost.",
        usage: "dist-lda store repair --run <name> [--redis <address>] ...",
        discussion: """
            Recomputes totals that differ from the sum of the shards' contributions and removes damaged values; \
            running shards then store their counts again. Shards may be running meanwhile, because a block is changed \
            only if it has not changed since it was read. Then audits the run and prints the remaining violations.
            """)

    @OptionGroup var named: NamedRun

    func run() throws {
        let (store, manifest) = try named.openWithManifest()
        try LedgerRepair.run(on: store, manifest: manifest) { mending in
            for violation in mending.violations { StandardStream.output.write("found \(violation.line)\n") }
            StandardStream.output.write(mending.line + "\n")
        }

        let alive = Set(try store.statuses().filter { $0.isAlive(deadAfter: manifest.deadAfter) }.map(\.progress.shard))
        var awaited = 0
        let audit = try LedgerReport.audit(store, manifest) {
            StandardStream.output.write($0)
        } observe: { violation in
            guard let shard = violation.shardToPutBack, alive.contains(shard) else { return }
            awaited += 1
            StandardStream.output.write("shard \(shard) is running and will store its counts again\n")
        }
        if audit.violations > awaited {
            throw BrokenLedgerError(
                run: store.run, violations: audit.violations - awaited,
                advice: "start the shards named above again with the same command; a shard that has finished must "
                    + "first be removed with dist-lda store remove-shard")
        }
    }
}

extension LedgerViolation {
    /// The shard that repairs this violation at its next exchange, if it is running.
    fileprivate var shardToPutBack: Int? {
        switch self {
        case .absentContributions(let shard, _, _), .tokens(let shard, _, _): shard
        default: nil
        }
    }
}
