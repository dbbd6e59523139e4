import Dispatch
import Synchronization

/// Sorts all slices of a shard concurrently, with as many threads as the system has cores.
///
/// Each slice frees its cells as they are consumed.
final class SliceSorting: Sendable {
    private let waiting: Mutex<[SliceBuilder?]>
    private let sorted: Mutex<[CorpusSlice?]>
    private let count: Int
    private let ranks: [UInt32]

    /// `ranks[w]` is the new number of word w.
    init(of slices: [SliceBuilder], ranks: [UInt32]) {
        count = slices.count
        waiting = Mutex(slices)
        sorted = Mutex(Array(repeating: nil, count: slices.count))
        self.ranks = ranks
    }

    func finished() -> [CorpusSlice] {
        DispatchQueue.concurrentPerform(iterations: count) { core in
            guard let slice = waiting.withLock({ $0[core].take() }) else { return }
            let done = slice.sorted(ranks: ranks)
            sorted.withLock { $0[core] = done }
        }
        return sorted.withLock { $0.compactMap(\.self) }
    }
}
