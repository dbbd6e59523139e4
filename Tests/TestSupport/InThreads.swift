import Dispatch
import Synchronization

/// Calls `body` with 0, 1, ... `count` - 1 in parallel, and returns the results in order.
/// It uses threads and not tasks, because a store's calls block.
package func inThreads<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
    let results = Mutex<[Int: Result]>([:])
    let queue = DispatchQueue(label: "in threads", attributes: .concurrent)
    let group = DispatchGroup()
    for index in 0..<count {
        queue.async(group: group) {
            let result = body(index)
            results.withLock { $0[index] = result }
        }
    }
    group.wait()
    return results.withLock { results in (0..<count).compactMap { results[$0] } }
}
