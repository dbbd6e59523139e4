import Hashing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Distinct words, numbered from 0 as they come; a word is its bytes, whatever they mean.
///
/// An open-addressing table with linear probing finds a word: O(1). The table has a hash of its own, one or two
/// multiplications a word, because XXH64 of every token took a quarter of the time of loading; XXH64 (seed 0) is taken
/// once a word. Memory: the words' bytes, 16 bytes a word, and 16 bytes a slot of a table that is at most half full.
///
/// Law: the block of a word is its XXH64 modulo the number of blocks, on every machine and in every shard.
package struct Vocabulary: Sendable {
    /// A word in the table. Most words are no longer than `head`, so that looking one up touches one cache line.
    private struct Slot {
        /// The word's first eight bytes, the first one lowest, zeros where it is shorter.
        var head: UInt64 = 0
        var length: UInt32 = 0
        /// The word's number + 1; 0 in a free slot.
        var number: UInt32 = 0
    }

    /// The words' bytes, and where each word's end; they begin where those of the word before it end.
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    /// A power of two.
    private var slots = [Slot](repeating: Slot(), count: 1 << 10)

    package init() {}

    package var count: Int { ends.count }

    package func word(_ index: Int) -> [UInt8] {
        Array(arena[start(of: index)..<ends[index]])
    }

    /// XXH64 (seed 0) of the word.
    package func hash(_ index: Int) -> UInt64 {
        hashes[index]
    }

    package func block(_ index: Int, of blocks: Int) -> Int {
        Int(hashes[index] % UInt64(blocks))
    }

    /// The number of a word, if it is here.
    package func index(of word: [UInt8]) -> Int? {
        let number = slots[slot(of: Key(word.span, 0..<word.count), word.span)].number
        return number == 0 ? nil : Int(number) - 1
    }

    /// The number of a word, which is given the next one if it is new.
    package mutating func insert(_ word: [UInt8]) -> Int {
        insert(word.span, 0..<word.count)
    }

    /// The number of the word at `range` of `line`, which is given the next one if it is new.
    mutating func insert(_ line: Span<UInt8>, _ range: Range<Int>) -> Int {
        let key = Key(line, range)
        let slot = slot(of: key, line)
        let number = slots[slot].number
        if number != 0 { return Int(number) &- 1 }
        append(line.extracting(range), key, at: slot)
        return count - 1
    }

    /// Bytes held.
    var byteCount: Int {
        arena.count + count * (MemoryLayout<Int>.stride + MemoryLayout<UInt64>.stride)
            + slots.count * MemoryLayout<Slot>.stride
    }

    /// The same words in block order, within a block in this one's order; where each block starts (one more than there
    /// are blocks); and every word's new number by its old one. O(words + blocks).
    func grouped(into blocks: Int) -> (vocabulary: Vocabulary, blockStarts: [Int], ranks: [UInt32]) {
        var blockStarts = [Int](repeating: 0, count: blocks + 1)
        for index in 0..<count { blockStarts[block(index, of: blocks) + 1] += 1 }
        for block in 0..<blocks { blockStarts[block + 1] += blockStarts[block] }

        var next = blockStarts
        var order = [Int](repeating: 0, count: count)
        var ranks = [UInt32](repeating: 0, count: count)
        for index in 0..<count {
            let block = block(index, of: blocks)
            order[next[block]] = index
            ranks[index] = UInt32(next[block])
            next[block] += 1
        }

        var grouped = Vocabulary()
        grouped.arena.reserveCapacity(arena.count)
        grouped.ends.reserveCapacity(count)
        grouped.hashes.reserveCapacity(count)
        for index in order {
            _ = grouped.insert(arena.span, start(of: index)..<ends[index])
        }
        return (grouped, blockStarts, ranks)
    }

    private func start(of index: Int) -> Int {
        index == 0 ? 0 : ends[index &- 1]
    }

    /// The word's slot; for an unknown word, the free one it would take. `line` is what the key was made of.
    @inline(__always)
    private func slot(of key: Key, _ line: Span<UInt8>) -> Int {
        let mask = slots.count &- 1
        var position = Int(truncatingIfNeeded: key.hash) & mask
        while true {
            let slot = slots[position]
            if slot.head == key.head, Int(slot.length) == key.length {
                if key.length <= 8 ? slot.number != 0 : isWord(Int(slot.number) &- 1, key, line) { return position }
            }
            if slot.number == 0 { return position }
            position = (position &+ 1) & mask
        }
    }

    private func isWord(_ index: Int, _ key: Key, _ line: Span<UInt8>) -> Bool {
        arena.withUnsafeBufferPointer { known in
            line.withUnsafeBufferPointer { line in
                memcmp(known.baseAddress! + start(of: index), line.baseAddress! + key.start, key.length) == 0
            }
        }
    }

    private mutating func append(_ word: Span<UInt8>, _ key: Key, at position: Int) {
        precondition(count < Int(UInt32.max) - 1, "words are numbered in 32 bits")
        word.withUnsafeBufferPointer { arena.append(contentsOf: $0) }
        ends.append(arena.count)
        hashes.append(XXH64.hash(word.bytes))
        slots[position] = Slot(head: key.head, length: UInt32(key.length), number: UInt32(count))
        guard count * 2 > slots.count else { return }
        let known = slots
        slots = [Slot](repeating: Slot(), count: known.count * 2)
        for slot in known where slot.number != 0 {
            let index = Int(slot.number) - 1
            slots[self.slot(of: Key(arena.span, start(of: index)..<ends[index]), arena.span)] = slot
        }
    }
}

/// A word as the table looks it up: where it stands in a line, its first bytes, and the table's hash.
private struct Key {
    let start: Int
    let length: Int
    let head: UInt64
    let hash: UInt64

    /// The hash folds eight bytes at a time by a product of 128 bits, the last eight overlapping those before.
    @inline(__always)
    init(_ line: Span<UInt8>, _ range: Range<Int>) {
        start = range.lowerBound
        length = range.upperBound &- range.lowerBound
        guard length > 8 else {
            head = line.upToEightBytes(in: range)
            hash = Self.fold(head, UInt64(truncatingIfNeeded: length))
            return
        }
        head = line.eightBytes(at: start)
        var hash = Self.fold(head, UInt64(truncatingIfNeeded: length))
        var position = start &+ 8
        while position < range.upperBound &- 8 {
            hash = Self.fold(line.eightBytes(at: position), hash)
            position &+= 8
        }
        self.hash = Self.fold(line.eightBytes(at: range.upperBound &- 8), hash)
    }

    @inline(__always)
    private static func fold(_ bytes: UInt64, _ state: UInt64) -> UInt64 {
        let product = (bytes ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
