package import Counts

/// Finds the rows of a shard's words in the model. The model's rows are those of all blocks, one after another, in the
/// order of the store.
package enum ModelRows {
    /// The number of blocks that are read in one round trip.
    private static let batch = 16

    /// Returns the row of each of the shard's words. The words are sorted by block: block b has the words
    /// `blockStarts[b] ..< blockStarts[b + 1]`. One round trip for each batch of blocks.
    ///
    /// All shards see the same rows once each has stored its counts. A word that is missing in the store, because the
    /// store was emptied meanwhile, gets a number after all rows.
    package static func of(
        _ word: (Int) -> [UInt8], blockStarts: [Int], in store: any CountStore, shard: Int
    ) throws(CountStoreError) -> [Int] {
        let blocks = blockStarts.count - 1
        var rows = [Int](repeating: -1, count: blockStarts[blocks])
        var total = 0
        for first in stride(from: 0, to: blocks, by: batch) {
            let requests = (first..<min(first + batch, blocks)).map { BlockRequest(block: $0, shard: shard) }
            for (request, state) in zip(requests, try store.read(requests)) {
                let list = state.words.flatMap { WordList(packed: $0) } ?? WordList()
                let places = Dictionary(list.words.enumerated().map { ($1, $0) }) { first, _ in first }
                for own in blockStarts[request.block]..<blockStarts[request.block + 1] {
                    if let place = places[word(own)] { rows[own] = total + place }
                }
                total += list.count
            }
        }
        for own in rows.indices where rows[own] < 0 {
            rows[own] = total
            total += 1
        }
        return rows
    }
}
