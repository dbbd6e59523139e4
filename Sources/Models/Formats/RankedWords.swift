import Counts

/// The first `count` words of each topic, sorted by frequency, those of equal frequency by their bytes.
/// Time: O(cells log count). Memory: `count` rows per topic.
struct RankedWords {
    struct Word: Equatable {
        /// The word's row in the model.
        let row: Int
        let count: UInt32
    }

    /// The words of each topic, most frequent first.
    let topics: [[Word]]

    init(_ words: LabelledRows, topics: Int, count: Int) {
        let (labels, rows) = (words.labels, words.rows)
        var best = [[Word]](repeating: [], count: topics)
        for row in 0..<rows.count {
            for cell in rows.range(of: row) {
                let word = Word(row: row, count: rows.amounts[cell])
                let topic = Int(rows.columns[cell])
                func precedes(_ left: Word, _ right: Word) -> Bool {
                    left.count != right.count ? left.count > right.count : labels.precedes(left.row, right.row)
                }
                if best[topic].count == count {
                    guard let last = best[topic].last, precedes(word, last) else { continue }
                    best[topic].removeLast()
                }
                var (low, high) = (0, best[topic].count)
                while low < high {
                    let middle = (low + high) / 2
                    if precedes(word, best[topic][middle]) { high = middle } else { low = middle + 1 }
                }
                best[topic].insert(word, at: low)
            }
        }
        self.topics = best
    }
}
