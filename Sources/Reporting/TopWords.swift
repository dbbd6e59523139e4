package import Counts
import JSON
package import Models

/// The most frequent words of each topic, and the topic's share of all tokens: the summary of a model for users.
///
/// Words of equal frequency are sorted by their bytes, so the same model always gives the same table.
/// Time: O(cells log n), plus n moves for each cell that is inserted into a list. Memory: n words per topic.
package struct TopWords: Sendable, Equatable {
    package struct Topic: Sendable, Equatable {
        package let topic: Int
        /// The topic's share of all tokens, from 0 to 1.
        package let share: Double
        /// Most frequent first.
        package let words: [Word]
    }

    package struct Word: Sendable, Equatable {
        package let bytes: [UInt8]
        package let count: Int
    }

    /// All topics by number, including those without tokens.
    package let topics: [Topic]

    package init(_ snapshot: ModelSnapshot, count: Int) {
        var best = BestWords(topics: snapshot.manifest.columns, count: count)
        best.add(snapshot.words.rows) { snapshot.words.labels[$0] }
        topics = best.topWords
    }

    /// Reads the top words from the store, one block after another. Memory: that of 16 blocks and of the top words. The
    /// model need not be complete, but every block is checked against the ledger's invariant when it is read.
    package static func read(
        from store: any CountStore, manifest: RunManifest, count: Int
    ) throws(SnapshotError) -> TopWords {
        var best = BestWords(topics: manifest.columns, count: count)
        try ModelSnapshot.forEachBlock(of: store, manifest) { _, block in
            best.add(block.total) { block.words.words[$0][...] }
        }
        return TopWords(topics: best.topWords)
    }

    private init(topics: [Topic]) { self.topics = topics }

    /// Returns the topics with these numbers, in this order.
    package func selecting(_ numbers: [Int]) -> TopWords {
        TopWords(topics: numbers.map { topics[$0] })
    }

    /// One line per topic, "topic  share  words": the number, the percentage with one decimal, and the words, escaped
    /// for a terminal.
    package var lines: [String] {
        let width = String(topics.reduce(0) { max($0, $1.topic) }).utf8.count
        return topics.map { topic in
            let number = String(topic.topic)
            let permille = Int((topic.share * 1000).rounded())
            let share = "\(permille / 10).\(permille % 10)%"
            let words = topic.words.map { UTF8Text.printable($0.bytes.span) }.joined(separator: " ")
            return Self.pad(number, to: width) + "  " + Self.pad(share, to: 6) + "  " + words
        }
    }

    private static func pad(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}

/// The most frequent words of each topic so far, at most `count`, the most frequent first.
private struct BestWords {
    let count: Int
    private var lists: [[TopWords.Word]]
    private var tokens: [Int]

    init(topics: Int, count: Int) {
        self.count = count
        lists = Array(repeating: [], count: topics)
        tokens = Array(repeating: 0, count: topics)
    }

    /// Adds the words of `rows`; `label` returns the word of a row.
    mutating func add(_ rows: SparseRows, label: (Int) -> ArraySlice<UInt8>) {
        rows.addColumnSums(to: &tokens)
        for row in 0..<rows.count {
            for cell in rows.range(of: row) {
                add(Int(rows.amounts[cell]), to: Int(rows.columns[cell]), row, label)
            }
        }
    }

    private mutating func add(_ amount: Int, to topic: Int, _ row: Int, _ label: (Int) -> ArraySlice<UInt8>) {
        if lists[topic].count == count {
            guard let last = lists[topic].last, amount >= last.count, Self.isBetter(amount, label(row), than: last)
            else { return }
            lists[topic].removeLast()
        }
        let word = label(row)
        var (low, high) = (0, lists[topic].count)
        while low < high {
            let middle = (low + high) / 2
            if Self.isBetter(amount, word, than: lists[topic][middle]) { high = middle } else { low = middle + 1 }
        }
        lists[topic].insert(TopWords.Word(bytes: Array(word), count: amount), at: low)
    }

    private static func isBetter(_ amount: Int, _ word: ArraySlice<UInt8>, than other: TopWords.Word) -> Bool {
        amount != other.count ? amount > other.count : word.lexicographicallyPrecedes(other.bytes)
    }

    var topWords: [TopWords.Topic] {
        let all = Double(max(1, tokens.reduce(0, +)))
        return zip(lists, tokens).enumerated().map { topic, best in
            TopWords.Topic(topic: topic, share: Double(best.1) / all, words: best.0)
        }
    }
}
