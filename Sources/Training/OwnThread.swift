import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A thread for one actor alone.
///
/// For the store's actor, because its calls block. For the workers, because a thread that stays itself stays on its core:
/// on the common pool the steps of a sweep, some milliseconds long, often began with two workers on one core and the
/// other idle (measured with two cores and 16 steps a sweep: 15 million tokens a second there, 26 here).
final class OwnThread: SerialExecutor {
    /// What the thread has to do; it outlives the executor until the thread has seen the end.
    private final class Jobs: Sendable {
        private let waiting = Mutex<[(job: UnownedJob, executor: UnownedSerialExecutor)?]>([])
        private let count = DispatchSemaphore(value: 0)

        /// Adds a job; nil is the end.
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

    init() {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, nil, Self.main, Unmanaged.passRetained(jobs).toOpaque())
        precondition(status == 0, "no thread can be started (error \(status))")
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }

    deinit { jobs.add(nil) }

    func enqueue(_ job: consuming ExecutorJob) {
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
