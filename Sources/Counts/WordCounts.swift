import Hashing

/// The number of occurrences of each word in a shard's documents. One value holds the words of one part only, which are
/// selected by their hash, so that no value in a store is too large and no reader has to hold all words.
///
/// Packed: the XXH64 of the rest (8 bytes, the lowest first); then for each word its length (varint), its bytes, its
/// number of tokens and its number of documents (varints). A damaged value reads as nil. So does a value with more than
/// `mostTokens` tokens, so that the sum over all shards of a run always fits into an `Int`.
package struct WordCounts: Sendable, Equatable {
    /// The number of parts into which the words are divided.
    package static let parts = 64
    private static let mostTokens = 1 << 46

    package struct Word: Sendable, Equatable {
        package let bytes: [UInt8]
        package let tokens: Int
        package let documents: Int

        package init(bytes: [UInt8], tokens: Int, documents: Int) {
            (self.bytes, self.tokens, self.documents) = (bytes, tokens, documents)
        }
    }

    package var words: [Word]

    package init(_ words: [Word] = []) { self.words = words }

    /// Returns the part to which a word belongs, given its XXH64 (seed 0).
    package static func part(ofHash hash: UInt64) -> Int { WordBlock.number(ofHash: hash, of: parts) }

    package func packed() -> [UInt8] {
        var bytes: [UInt8] = []
        for word in words {
            Varint.append(UInt64(word.bytes.count), to: &bytes)
            bytes += word.bytes
            Varint.append(UInt64(word.tokens), to: &bytes)
            Varint.append(UInt64(word.documents), to: &bytes)
        }
        return withUnsafeBytes(of: XXH64.hash(bytes).littleEndian) { Array($0) } + bytes
    }

    /// - Returns: nil if the bytes are damaged.
    package init?(packed bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        let checksum = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let rest = Array(bytes[8...])
        guard XXH64.hash(rest) == checksum else { return nil }
        words = []
        var (cursor, left) = (0, (tokens: UInt64(Self.mostTokens), documents: UInt64(Self.mostTokens)))
        while cursor < rest.count {
            guard let length = Varint.read(rest.span, &cursor), length <= UInt64(rest.count - cursor) else {
                return nil
            }
            let word = Array(rest[cursor..<cursor + Int(length)])
            cursor += Int(length)
            guard let tokens = Varint.read(rest.span, &cursor), let documents = Varint.read(rest.span, &cursor),
                tokens <= left.tokens, documents <= left.documents
            else { return nil }
            left = (left.tokens - tokens, left.documents - documents)
            words.append(Word(bytes: word, tokens: Int(tokens), documents: Int(documents)))
        }
    }
}
