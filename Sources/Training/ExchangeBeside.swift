import Counts
import Synchronization

/// Runs the exchange in the background of the sampling, one batch at a time. The sampling submits a batch, continues,
/// and takes the answer between two steps. It waits for the answer only where it calls `settle`.
final class ExchangeBeside: Sendable {
    private enum State {
        case idle
        case working
        case answered(StoreLane.Answer)
        case failed(any Error)
    }

    private let state = Mutex(State.idle)
    /// The task that waits for the state to change.
    private let waiter = Mutex<CheckedContinuation<Void, Never>?>(nil)
    private let batches: AsyncStream<StoreLane.Batch>
    private let submitted: AsyncStream<StoreLane.Batch>.Continuation

    init() {
        (batches, submitted) = AsyncStream.makeStream()
    }

    /// Exchanges submitted batches until `close`. An error ends it, and is then thrown by `collect`.
    func serve(_ lane: StoreLane) async {
        for await batch in batches {
            do {
                let answer = try await lane.exchange(batch)
                state.withLock { if case .working = $0 { $0 = .answered(answer) } }
                wake()
            } catch {
                return fail(error)
            }
        }
    }

    func fail(_ error: any Error) {
        state.withLock { $0 = .failed(error) }
        wake()
    }

    /// Returns the answer to the last batch, or an empty one if there is none; nil while a batch is in progress.
    func collect() throws -> StoreLane.Answer? {
        try state.withLock { state in
            switch state {
            case .idle: return StoreLane.Answer()
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
    func submit(_ batch: StoreLane.Batch) {
        state.withLock { if case .idle = $0 { $0 = .working } }
        submitted.yield(batch)
    }

    /// Ends the input of batches: `serve` returns after the batch in progress.
    func close() {
        submitted.finish()
    }
}
