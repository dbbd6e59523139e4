import Hashing

/// The words of a block (or the names of documents) in row order: word i belongs to row i. No word occurs twice.
/// Words are bytes. A block's list only grows; the word of a row never changes as long as the list exists.
///
/// Packed: for each word its length (varint) and its bytes. The list's identity, the XXH64 of those bytes, is stored
/// with it. It is the checksum of the list, and shows a shard whether the list it knows is still the one in the store.
package struct WordList: Sendable, Equatable {
    package private(set) var words: [[UInt8]]

    package init(_ words: [[UInt8]] = []) {
        self.words = words
    }

    package var count: Int { words.count }

    package mutating func append(_ word: [UInt8]) {
        words.append(word)
    }

    package func packed() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.reduce(0) { $0 + $1.count + 2 })
        for word in words {
            Varint.append(UInt64(word.count), to: &bytes)
            bytes.append(contentsOf: word)
        }
        return bytes
    }

    /// - Returns: nil if the bytes do not end at the end of a word.
    package init?(packed bytes: [UInt8]) {
        words = []
        var cursor = 0
        while cursor < bytes.count {
            guard let length = Varint.read(bytes.span, &cursor), length <= UInt64(bytes.count - cursor) else {
                return nil
            }
            words.append(Array(bytes[cursor..<cursor + Int(length)]))
            cursor += Int(length)
        }
    }

    /// The identity of a list: a hash of its packed bytes.
    package struct Identity: Hashable, Sendable {
        package let value: UInt64

        package init(value: UInt64) { self.value = value }

        package init(ofPacked bytes: [UInt8]) { value = XXH64.hash(bytes) }
    }
}
