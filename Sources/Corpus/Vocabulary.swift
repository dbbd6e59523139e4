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
/// An open-addressing table with linear probing finds a word by its XXH64 (seed 0) and then its bytes: O(1) a look-up.
/// Memory: the words' bytes, 16 bytes a word, and 8 bytes a slot of a table that is at most half full.
///
/// Law: the block of a word is its hash modulo the number of blocks, on every machine and in every shard.
package struct Vocabulary: Sendable {
    private struct Entry {
        let hash: UInt64
        /// Where the word's bytes end in the arena; they begin where those of the word before it end.
        let end: Int
    }

    private var arena: [UInt8] = []
    private var entries: [Entry] = []
    /// A power of two. Each is 0, or the upper half of a word's hash and below it the word's number + 1.
    private var slots = [UInt64](repeating: 0, count: 1 << 10)

    package init() {}

    package var count: Int { entries.count }

    package func word(_ index: Int) -> [UInt8] {
        Array(arena[start(of: index)..<entries[index].end])
    }

    package func hash(_ index: Int) -> UInt64 {
        entries[index].hash
    }

    package func block(_ index: Int, of blocks: Int) -> Int {
        Int(entries[index].hash % UInt64(blocks))
    }

    /// The number of a word, if it is here.
    package func index(of word: [UInt8]) -> Int? {
        probe(word.span, XXH64.hash(word)).index
    }

    /// The number of a word, which is given the next one if it is new.
    package mutating func insert(_ word: [UInt8]) -> Int {
        insert(word.span)
    }

    mutating func insert(_ word: Span<UInt8>) -> Int {
        let hash = XXH64.hash(word.bytes)
        let place = probe(word, hash)
        if let index = place.index { return index }
        word.withUnsafeBufferPointer { arena.append(contentsOf: $0) }
        append(Entry(hash: hash, end: arena.count), at: place.slot)
        return entries.count - 1
    }

    /// Bytes held.
    var byteCount: Int {
        arena.count + entries.count * MemoryLayout<Entry>.stride + slots.count * MemoryLayout<UInt64>.stride
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
        grouped.entries.reserveCapacity(count)
        grouped.slots = [UInt64](repeating: 0, count: slots.count)
        for index in order {
            grouped.arena.append(contentsOf: arena[start(of: index)..<entries[index].end])
            grouped.append(Entry(hash: hash(index), end: grouped.arena.count), at: grouped.freeSlot(hash(index)))
        }
        return (grouped, blockStarts, ranks)
    }

    private func start(of index: Int) -> Int {
        index == 0 ? 0 : entries[index - 1].end
    }

    /// The word's slot and number; for an unknown word, the slot it would take.
    private func probe(_ word: Span<UInt8>, _ hash: UInt64) -> (slot: Int, index: Int?) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot] & 0xFFFF_FFFF) - 1
            if slots[slot] >> 32 == hash >> 32, entries[index].hash == hash, isWord(index, word) {
                return (slot, index)
            }
            slot = (slot + 1) & mask
        }
        return (slot, nil)
    }

    private func isWord(_ index: Int, _ word: Span<UInt8>) -> Bool {
        let start = start(of: index)
        guard entries[index].end - start == word.count else { return false }
        return arena.withUnsafeBufferPointer { known in
            word.withUnsafeBufferPointer { memcmp(known.baseAddress! + start, $0.baseAddress!, $0.count) == 0 }
        }
    }

    private mutating func append(_ entry: Entry, at slot: Int) {
        precondition(entries.count < Int(UInt32.max), "words are numbered in 32 bits")
        entries.append(entry)
        slots[slot] = packed(entries.count - 1)
        guard entries.count * 2 > slots.count else { return }
        slots = [UInt64](repeating: 0, count: slots.count * 2)
        for index in 0..<entries.count { slots[freeSlot(hash(index))] = packed(index) }
    }

    private func packed(_ index: Int) -> UInt64 {
        (hash(index) & ~0xFFFF_FFFF) | UInt64(index + 1)
    }

    private func freeSlot(_ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        return slot
    }
}
