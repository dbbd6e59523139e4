import Hashing

/// The words of a block (or the names of documents), each once, in row order: word i labels row i.
/// Words are bytes. A block's list only grows; a row's word never changes while the list lives.
///
/// Packed: for each word its length (varint) and its bytes. The list's `identity`, the XXH64 of those bytes, is stored
/// beside it and is both the checksum and the answer to "is the list I know still the one in the store?".
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

    /// - Returns: nil if the bytes do not end with a word.
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

    /// What tells one list from another: a hash of its packed bytes.
    package struct Identity: Hashable, Sendable {
        package let value: UInt64

        package init(value: UInt64) { self.value = value }

        package init(ofPacked bytes: [UInt8]) { value = XXH64.hash(bytes) }
    }
}
