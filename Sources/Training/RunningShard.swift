import Counts
import Logging
import Platform
import Sampling

/// A shard that has joined its run: its chain, its exchange with the other shards and its checkpoints.
struct RunningShard: ~Copyable {
    private let settings: TrainingSettings
    private let stop: @Sendable () -> Bool
    private var chain: GibbsChain
    private var exchange: ShardExchange
    private var keeper: CheckpointKeeper?
    private var outcome = ShardOutcome()
    /// The duration of the last sweep in seconds.
    private var sweepSeconds = 0.0

    /// - Parameter sweeps: the number of sweeps that the chain has done.
    init(
        _ chain: consuming GibbsChain, sweeps: Int, settings: TrainingSettings, exchange: consuming ShardExchange,
        keeper: CheckpointKeeper?, stop: @escaping @Sendable () -> Bool
    ) {
        self.chain = chain
        self.exchange = exchange
        self.keeper = keeper
        self.settings = settings
        self.stop = stop
        outcome.sweeps = sweeps
    }

    /// Trains to the end. Calls `observe` after every sweep.
    mutating func train(observe: (SweepReport) throws -> Void) async throws {
        try await exchange.exchangeAll(&chain, sweep: outcome.sweeps)
        var continues = true
        while continues {
            try await sweepAll(observe)
            try await exchange.exchangeAll(&chain, sweep: outcome.sweeps)
            try await exchange.report(outcome.stopped ? .stopped : .finished)
            continues = false
            if !outcome.stopped && !settings.leave {
                // Resume sampling if a shard that started late or was restarted still has sweeps to do.
                continues = try await exchange.awaitOthers(chain, sweep: outcome.sweeps, stop: stop)
                if continues { exchange.progress.update { $0.state = .sampling } }
            }
        }
    }

    /// Returns how the run ended, and the final states of the slices.
    consuming func finish() async -> (ShardOutcome, [SliceState]) {
        outcome.exchangedBlocks = exchange.blocks
        outcome.backgroundExchangeSeconds = exchange.backgroundSeconds
        outcome.exchangeSeconds = exchange.seconds
        outcome.waits = exchange.waits
        return (outcome, await chain.snapshot())
    }

    /// Does all sweeps, with exchanges in the background, and extra sweeps while waiting for other shards.
    private mutating func sweepAll(_ observe: (SweepReport) throws -> Void) async throws {
        let (began, extraBefore) = (ContinuousClock.now, exchange.waits.extraSweeps)
        var isKept = true
        while !outcome.stopped {
            if settings.staleness == 0, outcome.sweeps < settings.iterations {
                try await exchange.keepInStep(&chain, after: outcome.sweeps)
            }
            try await catchUp()
            if outcome.stopped || outcome.sweeps >= settings.iterations { break }
            var report = SweepReport(sweep: outcome.sweeps + 1, tokens: chain.tokens)
            try await sweep(&report)
            if outcome.stopped && settings.checkpoint == nil { break }
            outcome.sweeps += 1
            if outcome.sweeps == settings.iterations { outcome.stopped = false }
            report.elapsed = began.secondsSince
            report.viewAge = chain.viewAge
            report.waits = exchange.takeRecentWaits()
            if report.sweep.isMultiple(of: settings.showEvery) || report.sweep == settings.iterations {
                report.logLikelihoodPerToken = await chain.logLikelihoodPerToken()
                outcome.logLikelihoodPerToken = report.logLikelihoodPerToken
            }
            let exchanges = exchange.blocks / settings.blocks
            exchange.progress.update { progress in
                progress.sweep = report.sweep
                progress.tokensPerSecond = Int(report.tokensPerSecond)
                progress.logLikelihoodPerToken = report.logLikelihoodPerToken ?? progress.logLikelihoodPerToken
                progress.exchanges = exchanges
            }
            try await settleCheckpoint()
            try observe(report)
            isKept = outcome.stopped || outcome.sweeps == settings.iterations
            await takeCheckpoint(isLast: isKept)
        }
        try await settleCheckpoint()
        try await exchange.settle(&chain)
        let hasExtra = exchange.waits.extraSweeps > extraBefore && outcome.sweeps >= settings.iterations
        if hasExtra { outcome.logLikelihoodPerToken = await chain.logLikelihoodPerToken() }
        if hasExtra || !isKept {
            await takeCheckpoint(isLast: true)
            try await settleCheckpoint()
        }
    }

    /// Holds this shard while others are too far behind or, when it has done its sweeps, until they have done theirs.
    /// It alternates between waiting for the duration of a sweep and doing an extra sweep. This leaves half of the
    /// processor to slower shards that share it, and the topics here follow the counts that those shards write. All
    /// shards then finish at about the same time.
    private mutating func catchUp() async throws {
        guard exchange.isHeld(after: outcome.sweeps) else { return }
        let began = ContinuousClock.now
        while exchange.isHeld(after: outcome.sweeps),
            try await exchange.awaitRelease(
                &chain, after: outcome.sweeps, for: sweepSeconds, since: began, stop: stop)
        {
            var report = SweepReport(sweep: outcome.sweeps, tokens: chain.tokens)
            try await sweep(&report, isExtra: true)
            exchange.note(Waits(extraSweeps: 1))
            let extraSweeps = exchange.waits.extraSweeps
            exchange.progress.update { $0.extraSweeps = extraSweeps }
            if outcome.stopped { break }
        }
        if stop() { outcome.stopped = outcome.sweeps < settings.iterations }
        exchange.note(Waits(longestHold: began.secondsSince))
    }

    /// Does one sweep. A stop (`outcome.stopped`) ends it early, unless it counts and a checkpoint
    /// is to be taken after it.
    private mutating func sweep(_ report: inout SweepReport, isExtra: Bool = false) async throws {
        let began = ContinuousClock.now
        let (blocks, seconds, number) = (exchange.blocks, exchange.backgroundSeconds, outcome.sweeps + 1)
        let waited = exchange.seconds
        let mustComplete = settings.checkpoint != nil && !isExtra
        var isStopped = false
        report.changed = try await chain.sweep(isExtra: isExtra) { [stop] chain, step in
            try await exchange.stepEnded(
                step, ofSweep: number, blocks: chain.rotation.blocks(core: 0, step: step), &chain)
            isStopped = stop()
            return !isStopped || mustComplete
        }
        outcome.stopped = isStopped
        report.seconds = began.secondsSince
        sweepSeconds = report.seconds
        exchange.sweepEnded(
            seconds: report.seconds, blocks: exchange.blocks - blocks,
            exchangeSeconds: exchange.backgroundSeconds - seconds)
        outcome.sampleSeconds += report.seconds - (exchange.seconds - waited)
        if !outcome.stopped || settings.checkpoint != nil { outcome.sampledTokens += chain.tokens }
    }

    private mutating func takeCheckpoint(isLast: Bool) async {
        let began = ContinuousClock.now
        await keeper?.swept(outcome.sweeps, isLast: isLast, chain)
        outcome.checkpointSeconds += began.secondsSince
    }

    /// Waits until the previous checkpoint is on disk or has failed.
    private mutating func settleCheckpoint() async throws {
        let began = ContinuousClock.now
        try await keeper?.settle()
        outcome.checkpointFailure = keeper?.failure
        outcome.checkpointSeconds += began.secondsSince
    }
}
