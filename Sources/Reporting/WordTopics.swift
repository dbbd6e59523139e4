package import Counts
import Hashing
package import JSON
package import Models

/// The number of tokens of a word in each topic, read from the store.
package struct WordTopics: Sendable, Equatable {
    package let word: [UInt8]
    package let block: Int
    /// The topics, most frequent first, those of equal frequency by number; empty if no shard has the word.
    package let topics: [(topic: Int, count: Int)]

    package var tokens: Int { topics.reduce(0) { $0 + $1.count } }

    /// Looks up the words, in the given order. Only the blocks to which the words hash are read, each of them once.
    package static func read(
        _ words: [[UInt8]], from store: any CountStore, manifest: RunManifest
    ) throws(SnapshotError) -> [WordTopics] {
        var blocks: [Int: VerifiedBlock] = [:]
        var found: [WordTopics] = []
        for word in words {
            let number = WordBlock.number(of: word, of: manifest.blocks)
            let block: VerifiedBlock
            if let known = blocks[number] {
                block = known
            } else {
                block = try ModelSnapshot.block(number, of: store, manifest)
                blocks[number] = block
            }
            found.append(WordTopics(word, in: block, number))
        }
        return found
    }

    private init(_ word: [UInt8], in block: VerifiedBlock, _ number: Int) {
        self.word = word
        self.block = number
        let (rows, row) = (block.total, block.words.words.firstIndex(of: word))
        topics = (row.map(rows.range(of:)) ?? 0..<0).map { (Int(rows.columns[$0]), Int(rows.amounts[$0])) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    package static func == (left: WordTopics, right: WordTopics) -> Bool {
        left.word == right.word && left.block == right.block && left.topics.elementsEqual(right.topics, by: ==)
    }
}

extension [WordTopics] {
    /// The output of `dist-lda store words`.
    /// - Parameter count: the largest number of topics of a word, the most frequent first.
    package func table(topics count: Int) -> Table {
        var table = Table("WORD", "TOKENS", "TOPIC:TOKENS")
        for word in self {
            let topics = word.topics.prefix(count).map { "\($0.topic):\($0.count)" }.joined(separator: " ")
            table.add(UTF8Text.printable(word.word.span), "\(word.tokens)", topics)
        }
        return table
    }

    /// The output of `dist-lda store words --json`.
    package func json(topics count: Int) -> JSONValue {
        let words = map { word -> JSONValue in
            let topics = word.topics.prefix(count).map { topic, count -> JSONValue in
                ["topic": .integer(topic), "count": .integer(count)]
            }
            return [
                "word": .bytes(word.word), "block": .integer(word.block), "tokens": .integer(word.tokens),
                "topics": .array(topics),
            ]
        }
        return ["words": .array(words)]
    }
}
