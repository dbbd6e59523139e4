import Counts

/// The most frequent words of each topic, and the topic's share of all tokens: what people read of a model.
///
/// Words of equal frequency come in the order of their bytes, so the same model gives the same table.
/// Time: O(cells log n), plus n moves for each cell that enters a list; memory: n a topic.
package struct TopWords: Sendable, Equatable {
    package struct Topic: Sendable, Equatable {
        package let topic: Int
        /// Of all tokens, 0...1.
        package let share: Double
        /// Most frequent first.
        package let words: [Word]
    }

    package struct Word: Sendable, Equatable {
        package let bytes: [UInt8]
        package let count: Int
    }

    /// By number, also those without tokens.
    package let topics: [Topic]

    package init(_ snapshot: ModelSnapshot, count: Int) {
        let (labels, rows) = (snapshot.words.labels, snapshot.words.rows)
        /// By topic, best first.
        var best = [[(word: Int, amount: UInt32)]](repeating: [], count: snapshot.manifest.topics)
        func isBetter(_ left: (word: Int, amount: UInt32), _ right: (word: Int, amount: UInt32)) -> Bool {
            left.amount != right.amount ? left.amount > right.amount : labels.precedes(left.word, right.word)
        }
        for word in 0..<rows.count {
            for cell in rows.range(of: word) {
                let topic = Int(rows.columns[cell])
                let candidate = (word: word, amount: rows.amounts[cell])
                if best[topic].count == count {
                    guard let last = best[topic].last, isBetter(candidate, last) else { continue }
                    best[topic].removeLast()
                }
                var (low, high) = (0, best[topic].count)
                while low < high {
                    let middle = (low + high) / 2
                    if isBetter(best[topic][middle], candidate) { low = middle + 1 } else { high = middle }
                }
                best[topic].insert(candidate, at: low)
            }
        }
        let tokens = Double(max(1, snapshot.tokens))
        topics = best.enumerated().map { topic, words in
            Topic(
                topic: topic, share: Double(snapshot.topicTotals[topic]) / tokens,
                words: words.map { Word(bytes: Array(labels[$0.word]), count: Int($0.amount)) })
        }
    }

    /// A line a topic, "topic  share  words": the number, per cent with one digit, words as a terminal may show them.
    package var lines: [String] {
        let width = String(max(0, topics.count - 1)).utf8.count
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
