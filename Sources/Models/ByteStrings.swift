package import Counts
import JSON

/// Many words (or names) in one array of bytes, by number: word i is `bytes[starts[i]..<starts[i + 1]]`.
/// Memory: the bytes of the words, and 8 bytes per word.
package struct ByteStrings: Sendable, Equatable {
    package private(set) var bytes: [UInt8] = []
    package private(set) var starts: [Int] = [0]

    package init() {}

    package var count: Int { starts.count - 1 }

    package subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[starts[index]..<starts[index + 1]]
    }

    package mutating func append(_ word: [UInt8]) {
        bytes.append(contentsOf: word)
        starts.append(bytes.count)
    }

    package mutating func append(_ list: WordList) {
        for word in list.words { append(word) }
    }

    package mutating func reserveCapacity(words: Int, bytes: Int) {
        self.bytes.reserveCapacity(bytes)
        starts.reserveCapacity(words + 1)
    }

    /// Returns whether word `left` comes before word `right` in byte order.
    package func precedes(_ left: Int, _ right: Int) -> Bool {
        self[left].lexicographicallyPrecedes(self[right])
    }

    /// Returns each word as a JSON key: a JSON string, followed by a colon and a space.
    func jsonKeys() -> ByteStrings {
        var keys = ByteStrings()
        keys.reserveCapacity(words: count, bytes: bytes.count + 4 * count)
        for index in 0..<count {
            JSONText.append(self[index].span, to: &keys.bytes)
            keys.bytes.append(UInt8(ascii: ":"))
            keys.bytes.append(UInt8(ascii: " "))
            keys.starts.append(keys.bytes.count)
        }
        return keys
    }
}
