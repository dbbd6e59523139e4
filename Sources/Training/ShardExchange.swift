import Corpus
import Counts
import Platform

/// The exchange of a running shard as its sampling sees it: it decides after each step which blocks to exchange,
/// submits them to the background, and installs the counts of the other shards in the chain.
struct ShardExchange: ~Copyable {
    private let settings: TrainingSettings
    private let documentNames: [DocumentNames]
    private let ledger: LedgerExchange
    private let membership: Membership
    private let background: BackgroundExchange
    let progress: LockedValue<ShardProgress>
    private var schedule: ExchangeSchedule
    private(set) var pace: Pace
    /// The blocks, seconds and waits of the run so far.
    private(set) var blocks = 0
    private(set) var backgroundSeconds = 0.0
    /// The seconds for which the sampling waited.
    private(set) var seconds = 0.0
    private(set) var waits = Waits()
    /// The waits since `takeRecentWaits` was called last.
    private var recentWaits = Waits()

    init(
        settings: TrainingSettings, documentNames: [DocumentNames], ledger: LedgerExchange, membership: Membership,
        background: BackgroundExchange, progress: LockedValue<ShardProgress>
    ) {
        self.settings = settings
        self.documentNames = documentNames
        self.ledger = ledger
        self.membership = membership
        self.background = background
        self.progress = progress
        schedule = ExchangeSchedule(
            blocks: settings.blocks, syncEvery: settings.syncEvery, share: settings.exchangeShare)
        pace = Pace(staleness: settings.staleness)
    }

    mutating func note(_ waits: Waits) {
        self.waits.add(waits)
        recentWaits.add(waits)
    }

    mutating func takeRecentWaits() -> Waits {
        defer { recentWaits = Waits() }
        return recentWaits
    }

    // MARK: In the background

    /// Continues the exchange after step `step` of sweep `sweep` (from 1), which sampled `blocks` first.
    mutating func stepEnded(_ step: Int, ofSweep sweep: Int, blocks: [Int], _ chain: inout GibbsChain) async throws {
        schedule.stepEnded(sweep: sweep + waits.extraSweeps, blocks: blocks)
        try await advance(&chain, sweeps: sweep - 1, step: step)
        if isSettling(after: sweep - 1) { try await settle(&chain) }
    }

    /// Records the end of a sweep of `seconds`, during which `blocks` blocks were exchanged in `exchangeSeconds`.
    mutating func sweepEnded(seconds: Double, blocks: Int, exchangeSeconds: Double) {
        schedule.sweepEnded(seconds: seconds, blocks: blocks, exchangeSeconds: exchangeSeconds)
    }

    /// Unless a background exchange is still in progress, takes the result of the last batch, and submits the next one
    /// if anything is due.
    /// - Parameter step: the step that has just ended; nil between two sweeps.
    private mutating func advance(_ chain: inout GibbsChain, sweeps: Int, step: Int? = nil) async throws {
        guard let answer = try background.collect() else { return }
        take(answer, into: &chain)
        if let (sweep, run) = answer.pace { await look(run, after: sweep) }
        var batch = LedgerExchange.Batch(sweep: sweeps)
        schedule.isSettling = isSettling(after: sweeps)
        if let step, step.isMultiple(of: schedule.period) || step == chain.rotation.steps - 1 {
            batch = await self.batch(schedule.take { chain.has($0) }, after: step, of: chain, sweep: sweeps)
        } else if step == nil {
            batch.rows = chain.ownRows(schedule.take())
        }
        if step != nil, settings.shards > 1, pace.asks(after: sweeps) { batch.progress = progress.value }
        if !batch.isEmpty { background.submit(batch) }
    }

    /// Returns what to exchange during the next steps: the blocks due, and the blocks that the last core samples in
    /// the step after the next, which are only read, so that their counts arrive just in time. The last step of a
    /// sweep adds the documents.
    private func batch(
        _ due: [Int], after step: Int, of chain: GibbsChain, sweep: Int
    ) async -> LedgerExchange.Batch {
        var batch = LedgerExchange.Batch(rows: chain.ownRows(due), sweep: sweep)
        if schedule.period == settings.syncEvery && !due.isEmpty {
            batch.ahead = chain.rotation.blocks(core: settings.cores - 1, step: step + 2)
        }
        if settings.publishDocuments && step == chain.rotation.steps - 1 {
            batch.documents = await documentChunks(chain)
        }
        return batch
    }

    /// Whether the sweep after `sweeps` sweeps is one of the last, which wait for each exchange. In them a core samples
    /// a block with counts of the other shards that are one step old, not up to a few sweeps old. A chain that is
    /// sampled only on old counts ends with a lower likelihood than one process; a few sweeps on fresh counts make up
    /// for that.
    private func isSettling(after sweeps: Int) -> Bool {
        settings.syncEvery != nil && settings.shards > 1 && sweeps >= settings.iterations - settings.settling
    }

    /// Waits until no exchange is in progress, and installs its result.
    mutating func settle(_ chain: inout GibbsChain) async throws {
        let began = ContinuousClock.now
        await background.settle()
        seconds += began.secondsSince
        note(Waits(longestExchange: began.secondsSince))
        if let answer = try background.collect() { take(answer, into: &chain) }
    }

    private mutating func take(_ answer: LedgerExchange.Answer, into chain: inout GibbsChain) {
        chain.install(answer.others, read: answer.began)
        blocks += answer.blocks
        backgroundSeconds += answer.seconds
        note(Waits(refusedWrites: answer.refused))
    }

    private mutating func look(_ run: RunPace, after sweeps: Int) async {
        pace.look(
            run, after: sweeps, shard: settings.shard, of: settings.shards, isYoung: await membership.isYoung)
    }

    // MARK: While nothing is sampled

    /// Exchanges every block, before the first sweep or after the last.
    mutating func exchangeAll(_ chain: inout GibbsChain, sweep: Int) async throws {
        let began = ContinuousClock.now
        var batch = LedgerExchange.Batch(rows: chain.ownRows(Array(0..<settings.blocks)), sweep: sweep)
        if settings.publishDocuments { batch.documents = await documentChunks(chain) }
        let answer = try await ledger.exchange(batch)
        chain.install(answer.others, read: answer.began)
        blocks += answer.blocks
        seconds += began.secondsSince
        note(Waits(longestExchange: began.secondsSince, refusedWrites: answer.refused))
    }

    /// Prepares the sweep after `sweeps` sweeps when all shards keep in step: writes the counts of this shard after its
    /// last sweep, waits until the other shards have done that sweep too, and reads their counts.
    mutating func keepInStep(_ chain: inout GibbsChain, after sweeps: Int) async throws {
        try await settle(&chain)
        let began = ContinuousClock.now
        let rest = LedgerExchange.Batch(rows: chain.ownRows(schedule.take()), sweep: sweeps)
        take(try await ledger.exchange(rest), into: &chain)
        try await membership.report(progress.value)
        try await membership.awaitSweep(sweeps, background)
        let view = LedgerExchange.Batch(sweep: sweeps, ahead: Array(0..<settings.blocks))
        take(try await ledger.exchange(view), into: &chain)
        seconds += began.secondsSince
        note(Waits(longestHold: began.secondsSince))
    }

    /// Whether other shards hold this one after `sweeps` sweeps, by the progress read last.
    func isHeld(after sweeps: Int) -> Bool {
        guard settings.shards > 1 else { return false }
        if sweeps < settings.iterations { return settings.staleness != 0 && pace.holds(after: sweeps) }
        return settings.extraSweeps && !settings.leave && pace.slowest != nil
    }

    /// Reports, exchanges the blocks due, and waits while this shard is held, at most for `seconds` if extra sweeps are
    /// allowed. Returns whether it is still held.
    /// - Parameter beginning: the time since which this shard has been held, apart from extra sweeps.
    mutating func awaitRelease(
        _ chain: inout GibbsChain, after sweeps: Int, for seconds: Double, since beginning: ContinuousClock.Instant,
        stop: () -> Bool
    ) async throws -> Bool {
        let began = ContinuousClock.now
        var pause = 2.0
        try await membership.report(progress.value)
        while true {
            try await advance(&chain, sweeps: sweeps)
            // An unreachable store holds no shard: sampling continues with the counts that were read last.
            guard let run = try await membership.paceIfAvailable() else { return false }
            await look(run, after: sweeps)
            if stop() || !isHeld(after: sweeps) { return false }
            await membership.sayWhoIsAwaited(after: beginning.secondsSince)
            if settings.extraSweeps, began.secondsSince >= seconds { return true }
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 1.5, membership.longestPause)
        }
    }

    /// Waits until all shards of the run have finished, and restores the blocks that the store loses meanwhile.
    /// - Returns: whether it returned because another living shard has sweeps left, for which this one can do extra
    ///   sweeps.
    func awaitOthers(_ chain: GibbsChain, sweep: Int, stop: () -> Bool) async throws -> Bool {
        let rows = chain.ownRows(Array(0..<settings.blocks))
        let began = ContinuousClock.now
        var lastCheck = ContinuousClock.now
        while !stop() {
            try background.check()
            let pace = try await membership.pace()
            let isLast = await membership.isFinished(pace)
            if isLast || lastCheck.secondsSince > 2 {
                lastCheck = .now
                try await ledger.restoreLost(rows, sweep: sweep, comparingCounts: isLast)
            }
            if isLast { return false }
            if settings.extraSweeps, !pace.slowest.isEmpty { return true }
            await membership.sayWhoIsAwaited(after: began.secondsSince)
            try await Task.sleep(for: .milliseconds(max(250, membership.longestPause)))
        }
        return false
    }

    /// Changes the state of the shard and reports it.
    func report(_ state: ShardProgress.State) async throws {
        progress.update { $0.state = state }
        try await membership.report(progress.value)
    }

    /// Returns the documents of all slices with their topics, in chunks of `DocumentChunk.capacity`.
    private func documentChunks(_ chain: GibbsChain) async -> [DocumentChunk] {
        var chunks: [DocumentChunk] = []
        for (names, rows) in zip(documentNames, await chain.documentRows()) {
            for first in stride(from: 0, to: rows.count, by: DocumentChunk.capacity) {
                let documents = Array(first..<min(first + DocumentChunk.capacity, rows.count))
                chunks.append(
                    DocumentChunk(names: WordList(documents.map { names[$0] }), rows: rows.selecting(documents)))
            }
        }
        return chunks
    }
}
