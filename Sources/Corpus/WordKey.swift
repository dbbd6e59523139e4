/// The key of a word in the vocabulary's table: its first sixteen bytes, its length, and a hash of all its bytes.
///
/// Two words of at most `wholeLength` bytes are equal exactly if their keys are equal. For longer words with equal
/// keys, the remaining bytes must be compared. The hash folds eight bytes at a time with a 128-bit product, as wyhash
/// (Wang Yi) does; it folds at least once for every word.
struct WordKey: Equatable, Sendable {
    /// The greatest length of a word whose key contains all its bytes.
    static let wholeLength = 16

    /// Bytes 0 to 7 and 8 to 15, the first byte lowest, with zeros after the word's end.
    private let head: UInt64
    private let tail: UInt64
    let length: UInt32
    let hash: UInt32

    /// The key of the empty word.
    static let empty = WordKey(Span(), 0..<0)

    var isWhole: Bool { length <= Self.wholeLength }

    /// Computes the key of the word at `range` of `line`; the range must lie in the line.
    @inline(__always)
    init(_ line: Span<UInt8>, _ range: Range<Int>) {
        let (start, length) = (range.lowerBound, range.upperBound &- range.lowerBound)
        if start &+ Self.wholeLength <= line.count {
            head = line.eightBytes(at: start) & .lowestBytes(min(length, 8))
            tail = line.eightBytes(at: start &+ 8) & .lowestBytes(min(max(length &- 8, 0), 8))
        } else {
            head = line.upToEightBytes(in: start..<start &+ min(length, 8))
            tail = line.upToEightBytes(in: start &+ min(length, 8)..<start &+ min(length, 16))
        }
        var hash = Self.fold(head, tail &+ UInt64(truncatingIfNeeded: length))
        if length > Self.wholeLength {
            var position = start &+ Self.wholeLength
            while position < range.upperBound &- 8 {
                hash = Self.fold(line.eightBytes(at: position), hash)
                position &+= 8
            }
            hash = Self.fold(line.eightBytes(at: range.upperBound &- 8), hash)
        }
        self.length = UInt32(truncatingIfNeeded: length)
        self.hash = UInt32(truncatingIfNeeded: hash)
    }

    @inline(__always)
    private static func fold(_ bytes: UInt64, _ state: UInt64) -> UInt64 {
        let product = (bytes ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
