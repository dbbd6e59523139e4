import Foundation
import Synchronization

/// The clock of a discrete-event simulation whose processes are ordinary code on threads of their own.
///
/// Only one thread runs at any moment. A thread that sleeps hands over to the thread that wakes first, and the clock
/// jumps to that time, so code that blocks (such as `ShardLedger`, which waits for its store) takes part unchanged.
/// What a thread computes between two sleeps takes no time on this clock. Threads that wake at the same time do so in
/// the order in which they went to sleep, so the same processes give the same run.
///
/// A switch between threads takes about 10 us of real time.
final class VirtualTime: @unchecked Sendable {
    private struct Wake {
        var time: Double
        var number: Int
        var thread: DispatchSemaphore

        static func < (left: Self, right: Self) -> Bool { (left.time, left.number) < (right.time, right.number) }
    }

    /// The seconds since the start.
    private(set) var now = 0.0
    /// A binary heap, the earliest first.
    private var wakes: [Wake] = []
    private var sleeps = 0
    private var failure: (any Error)?
    private let ended = DispatchSemaphore(value: 0)

    /// A process of the simulation: the handle by which its thread sleeps.
    struct Process: @unchecked Sendable {
        fileprivate let thread = DispatchSemaphore(value: 0)
        let time: VirtualTime

        /// Sleeps until `wake`, or until now if that is in the past.
        func sleep(until wake: Double) {
            time.push(Wake(time: max(wake, time.now), number: time.sleeps, thread: thread))
            time.wakeNext(unless: thread)
        }

        func sleep(for seconds: Double) { sleep(until: time.now + seconds) }
    }

    /// Runs `count` processes from time 0 until all have ended; throws the first error of any.
    func run(_ count: Int, _ body: @escaping @Sendable (Int, Process) throws -> Void) throws {
        let processes = (0..<count).map { _ in Process(time: self) }
        for (index, process) in processes.enumerated() {
            push(Wake(time: 0, number: sleeps, thread: process.thread))
            let thread = Thread { [self] in
                process.thread.wait()
                do { try body(index, process) } catch { failure = failure ?? error }
                wakeNext(unless: nil)
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        wakeNext(unless: nil)
        ended.wait()
        if let failure { throw failure }
    }

    /// Hands over to the thread that wakes first; returns at once if that is `own`.
    private func wakeNext(unless own: DispatchSemaphore?) {
        guard let next = pop() else {
            ended.signal()
            return
        }
        now = next.time
        if next.thread === own { return }
        next.thread.signal()
        own?.wait()
    }

    private func push(_ wake: Wake) {
        sleeps += 1
        wakes.append(wake)
        var child = wakes.count - 1
        while child > 0, wakes[child] < wakes[(child - 1) / 2] {
            wakes.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func pop() -> Wake? {
        guard let first = wakes.first else { return nil }
        let last = wakes.removeLast()
        guard !wakes.isEmpty else { return first }
        wakes[0] = last
        var parent = 0
        while true {
            let children = (2 * parent + 1..<2 * parent + 3).filter { $0 < wakes.count }
            guard let least = children.min(by: { wakes[$0] < wakes[$1] }), wakes[least] < wakes[parent] else { break }
            wakes.swapAt(least, parent)
            parent = least
        }
        return first
    }
}
