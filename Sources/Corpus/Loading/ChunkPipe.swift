import Dispatch
import Synchronization

/// A bounded queue that passes chunks from one thread to another in order. At most `capacity` chunks are in the queue.
///
/// A chunk that is larger than usual takes all places of the queue, so the queue never holds more than `capacity`
/// chunks of the usual size or one long line. One thread puts chunks and one thread takes them. Either may stop the
/// pipe; then neither waits any longer.
final class ChunkPipe: Sendable {
    static let capacity = 3

    private struct State {
        var waiting: [(step: ReadStep, places: Int)] = []
        var spares: [[UInt8]] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    /// The numbers of free places and of waiting steps. (Both semaphores are created with 0, because a semaphore must
    /// not be released while its value is below the initial one.)
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init() {
        for _ in 0..<Self.capacity { room.signal() }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Waits for a free place and puts the step. Returns false if the pipe was stopped. `size` is the usual size of a
    /// chunk.
    func put(_ step: ReadStep, size: Int) -> Bool {
        var places = 1
        if case .chunk(let chunk) = step, chunk.text.count > size { places = Self.capacity }
        for _ in 0..<places {
            room.wait()
            if isStopped { return false }
        }
        state.withLock { $0.waiting.append((step, places)) }
        filled.signal()
        return true
    }

    /// Waits for the next step and returns it. Must not be called again after a failure or the end was returned.
    func take() -> ReadStep {
        filled.wait()
        let next = state.withLock { $0.waiting.removeFirst() }
        for _ in 0..<next.places { room.signal() }
        return next.step
    }

    /// Returns the buffer of a consumed chunk for reuse; empty if there is none.
    func spare() -> [UInt8] {
        state.withLock { $0.spares.popLast() } ?? []
    }

    func reuse(_ text: [UInt8]) {
        state.withLock { if !text.isEmpty && $0.spares.count < Self.capacity { $0.spares.append(text) } }
    }

    /// Stops the pipe, so that the thread that puts chunks no longer waits.
    func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
    }
}
