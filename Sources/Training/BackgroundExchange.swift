import Counts
import Platform
import Synchronization

/// Runs the exchange in the background of the sampling, one batch at a time. The sampling submits a batch, continues,
/// and takes the answer between two steps. It waits for the answer only where it calls `settle`.
final class BackgroundExchange: Sendable {
    private enum State {
        case idle
        case working
        case answered(LedgerExchange.Answer)
        case failed(any Error)
    }

    private let state = Mutex(State.idle)
    /// The task that waits for the state to change.
    private let waiter = Mutex<CheckedContinuation<Void, Never>?>(nil)
    private let batches: AsyncStream<LedgerExchange.Batch>
    private let submitted: AsyncStream<LedgerExchange.Batch>.Continuation

    init() {
        (batches, submitted) = AsyncStream.makeStream()
    }

    /// Exchanges submitted batches until `close`, and reports `progress` once a second. An error of either ends both,
    /// and is then thrown by `collect` and `check`.
    func serve(_ exchange: LedgerExchange, _ membership: Membership, _ progress: LockedValue<ShardProgress>) async {
        do {
            try await withThrowingTaskGroup { group in
                group.addTask { try await membership.heartbeat(progress) }
                group.addTask { try await self.serve(exchange) }
                // Whichever ends first ends the other.
                try await group.next()
                group.cancelAll()
            }
        } catch {
            state.withLock { $0 = .failed(error) }
            wake()
        }
    }

    private func serve(_ exchange: LedgerExchange) async throws {
        for await batch in batches {
            let answer = try await exchange.exchange(batch)
            state.withLock { if case .working = $0 { $0 = .answered(answer) } }
            wake()
        }
    }

    /// Throws the error that has ended the exchange or the reports, if there was one.
    func check() throws {
        if case .failed(let error) = state.withLock({ $0 }) { throw error }
    }

    /// Returns the answer to the last batch, or an empty one if there is none; nil while a batch is in progress.
    func collect() throws -> LedgerExchange.Answer? {
        try state.withLock { state in
            switch state {
            case .idle: return LedgerExchange.Answer()
            case .working: return nil
            case .failed(let error): throw error
            case .answered(let answer):
                state = .idle
                return answer
            }
        }
    }

    /// Waits until no batch is in progress.
    func settle() async {
        guard isWorking else { return }
        await withCheckedContinuation { continuation in
            waiter.withLock { $0 = continuation }
            if !isWorking { wake() }
        }
    }

    private func wake() {
        waiter.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume()
    }

    private var isWorking: Bool {
        state.withLock { if case .working = $0 { true } else { false } }
    }

    /// Submits a batch. The answer to the previous one must have been collected.
    func submit(_ batch: LedgerExchange.Batch) {
        state.withLock { if case .idle = $0 { $0 = .working } }
        submitted.yield(batch)
    }

    /// Ends the exchange and the reports after the batch in progress.
    func close() {
        submitted.finish()
    }
}
