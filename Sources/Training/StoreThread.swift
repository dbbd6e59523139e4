import Dispatch

/// A thread for calls that block: an actor that runs on it keeps the threads of the sampling free.
final class StoreThread: SerialExecutor {
    private let queue = DispatchQueue(label: "store")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
