package import Counts

/// Where a shard's words stand in the model: the rows of all blocks one after another, in the order of the store.
package enum ModelRows {
    /// Blocks read at once.
    private static let batch = 16

    /// The row of each of the shard's words, which lie block after block: those of block b are `blockStarts[b] ..<
    /// blockStarts[b + 1]`. One round trip for each batch of blocks.
    ///
    /// All shards see the same rows once each has stored its counts. A word that the store lacks, because it was emptied
    /// meanwhile, gets a number past all rows.
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
