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
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, nil, Self.main, Unmanaged.passRetained(jobs).toOpaque())
        precondition(status == 0, "cannot start a thread (error \(status))")
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }

    deinit { jobs.add(nil) }

    package func enqueue(_ job: consuming ExecutorJob) {
        jobs.add((UnownedJob(job), asUnownedSerialExecutor()))
    }

    #if canImport(Darwin)
        private static let main: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { jobs in
            Unmanaged<Jobs>.fromOpaque(jobs).takeRetainedValue().run()
            return nil
        }
    #else
        private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { jobs in
            Unmanaged<Jobs>.fromOpaque(jobs!).takeRetainedValue().run()
            return nil
        }
    #endif
}
