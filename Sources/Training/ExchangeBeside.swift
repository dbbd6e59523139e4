import Counts
import Synchronization

/// The exchange that runs beside the sampling, one batch at a time: the sampling hands over a batch, goes on, and takes
/// the answer between two steps. It never waits for it, unless a bound on the staleness says so (`settle`).
final class ExchangeBeside: Sendable {
    private enum State {
        case idle
        case working
        case answered(StoreLane.Answer)
        case failed(any Error)
    }

    private let state = Mutex(State.idle)
    /// Who waits for the state to change.
    private let waiter = Mutex<CheckedContinuation<Void, Never>?>(nil)
    private let batches: AsyncStream<StoreLane.Batch>
    private let submitted: AsyncStream<StoreLane.Batch>.Continuation

    init() {
        (batches, submitted) = AsyncStream.makeStream()
    }

    /// Exchanges what is submitted until `close`; an error ends it, and is thrown by `collect`.
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

    /// The answer to the last batch, empty if nothing was submitted since; nil while it is under way.
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

    /// Waits until no batch is under way.
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

    /// Hands over a batch. The one before has been collected.
    func submit(_ batch: StoreLane.Batch) {
        state.withLock { if case .idle = $0 { $0 = .working } }
        submitted.yield(batch)
    }

    /// No more batches: `serve` returns after the one under way.
    func close() {
        submitted.finish()
    }
}
