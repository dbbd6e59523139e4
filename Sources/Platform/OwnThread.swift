import Dispatch
import Synchronization

/// An executor that runs one actor on a thread of its own.
///
/// Actors that call the store need it because their calls block. The workers of a sweep need it because the system
/// keeps a thread on its core. On the shared thread pool, the steps of a sweep, which take a few milliseconds, often
/// began with two workers on one core while the other core was idle (measured with two cores and 16 steps in a sweep:
/// 15 million tokens per second there, 26 million here).
package final class OwnThread: SerialExecutor {
    /// The queue of the thread's jobs. It outlives the executor until the thread has reached the end of the queue.
    private final class Jobs: Sendable {
        private let waiting = Mutex<[(job: UnownedJob, executor: UnownedSerialExecutor)?]>([])
        private let count = DispatchSemaphore(value: 0)

        /// Adds a job; nil ends the thread.
        func add(_ job: (job: UnownedJob, executor: UnownedSerialExecutor)?) {
            waiting.withLock { $0.append(job) }
            count.signal()
        }

        func run() {
            while true {
                count.wait()
                guard let next = waiting.withLock({ $0.removeFirst() }) else { return }
                next.job.runSynchronously(on: next.executor)
            }
        }
    }

    private let jobs = Jobs()

    package init() {
        let jobs = jobs
        let status = SystemThread.start { jobs.run() }
        precondition(status == 0, "cannot start a thread (error \(status))")
    }

    deinit { jobs.add(nil) }

    package func enqueue(_ job: consuming ExecutorJob) {
        jobs.add((UnownedJob(job), asUnownedSerialExecutor()))
    }
}
