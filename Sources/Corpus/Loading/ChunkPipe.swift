import Dispatch
import Synchronization

/// Hands chunks from one thread to another, in order, at most `capacity` of them waiting.
///
/// A chunk larger than usual waits alone, so what waits never takes more than `capacity` chunks of the usual size or
/// one long line. One thread puts and one takes; either may stop it, and then neither waits any longer.
final class ChunkPipe: Sendable {
    static let capacity = 3

    private struct State {
        var waiting: [(step: ReadStep, places: Int)] = []
        var spares: [[UInt8]] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    /// Places free, and steps waiting. (Both begin at 0, since a semaphore may not end below its beginning.)
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init() {
        for _ in 0..<Self.capacity { room.signal() }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Waits for room and puts the step: false when the pipe is stopped. `size` is that of a usual chunk.
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

    /// Waits for the next step. There is always one more until a failure or the end was taken.
    func take() -> ReadStep {
        filled.wait()
        let next = state.withLock { $0.waiting.removeFirst() }
        for _ in 0..<next.places { room.signal() }
        return next.step
    }

    /// The memory of a chunk that is used up; empty when there is none.
    func spare() -> [UInt8] {
        state.withLock { $0.spares.popLast() } ?? []
    }

    func reuse(_ text: [UInt8]) {
        state.withLock { if !text.isEmpty && $0.spares.count < Self.capacity { $0.spares.append(text) } }
    }

    /// Lets whoever puts go.
    func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
    }
}
