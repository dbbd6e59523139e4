import Dispatch
import Synchronization

/// Sorts the slices of a shard, all at once: the system gives them as many threads as it has cores.
///
/// Each slice gives back its cells as they are used up.
final class SliceSorting: Sendable {
    private let waiting: Mutex<[SliceBuilder?]>
    private let sorted: Mutex<[CorpusSlice?]>
    private let count: Int
    private let ranks: [UInt32]

    /// `ranks[w]` is the number that word w is to have.
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
