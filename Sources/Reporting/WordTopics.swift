package import Counts
import Hashing
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
