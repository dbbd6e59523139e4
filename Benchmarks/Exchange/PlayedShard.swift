import Counts
import Foundation
import LDA
import RedisStore
import Training

/// A shard that does not sample. In each step of a sweep it exchanges the blocks that a shard of one core would
/// (`RunningShard`), with the counts that a real shard had then, on its own connection. It reports once a second.
struct PlayedShard {
    let store: CountingStore
    private let shard: Int
    private let manifest: RunManifest
    private let contributions: Recording.Contributions
    private var ledger: ShardLedger
    private var rotation: BlockRotation
    private var reported = ContinuousClock.now

    init(_ shard: Int, of contributions: Recording.Contributions, topics: Int, at address: RedisAddress) throws {
        store = CountingStore(
            RedisCountStore(run: try RunName("bench"), at: address, replyTimeout: .seconds(600)))
        self.shard = shard
        self.contributions = contributions
        manifest = RunManifest(
            ModelSettings(
                document: "bench", priors: Priors(topics: topics, alpha: 0.1, beta: 0.01), seed: 1, cores: 1,
                corpusDigest: 0, documents: 0),
            blocks: contributions.blocks, shards: 1)
        ledger = ShardLedger(
            shard: shard, generation: Generation(1), columns: topics, blocks: contributions.blocks
        ) { contributions.words[$0] }
        rotation = BlockRotation(
            blockTokens: contributions.rows(shard: shard, sweep: 0).map(\.sum), cores: 1, seed: 1,
            stream: UInt64(shard))
    }

    /// Does the first exchange, of all blocks.
    mutating func join() throws {
        try exchange(Array(0..<contributions.blocks), sweep: 0)
    }

    /// Does the exchanges of a sweep that takes `seconds`: one after each step, or as soon as possible after it.
    mutating func sweep(_ sweep: Int, from began: ContinuousClock.Instant, seconds: Double) throws {
        rotation.beginSweep()
        for step in 0..<rotation.steps {
            let due = began + .seconds(seconds * Double(step + 1) / Double(rotation.steps))
            Thread.sleep(forTimeInterval: max(0, (due - .now) / .seconds(1)))
            let ahead = rotation.blocks(core: 0, step: step + 2)
            try exchange(rotation.blocks(core: 0, step: step), lookingAt: ahead, sweep: sweep)
            try report(sweep)
        }
    }

    private mutating func exchange(_ blocks: [Int], lookingAt ahead: [Int] = [], sweep: Int) throws {
        let rows = contributions.rows(shard: shard, sweep: sweep)
        var (open, ahead) = (blocks, ahead)
        while !open.isEmpty {
            let exchanged = try ledger.exchange(
                open.map { ShardLedger.OwnRows(block: $0, rows: rows[$0]) }, sweep: sweep, lookingAt: ahead,
                with: store)
            let done = Set(exchanged.map(\.block))
            open.removeAll { done.contains($0) }
            ahead = []
        }
    }

    private mutating func report(_ sweep: Int) throws {
        guard reported + .seconds(1) < .now else { return }
        reported = .now
        _ = try store.create(manifest, replacing: nil)
        try store.report(
            ShardProgress(
                shard: shard, iterations: sweep, documents: 0, tokens: 0, publishesDocuments: false, host: "bench",
                process: 1),
            generation: Generation(1))
    }
}
