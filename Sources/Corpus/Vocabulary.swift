import Hashing
import Platform

/// A set of distinct words, numbered from 0 in the order of insertion. A word is any sequence of bytes.
///
/// A word is found in an open-addressing table with linear probing in O(1). The table uses a separate hash (`WordKey`),
/// because computing XXH64 of every token took a sixth of the loading time; XXH64 (seed 0) is computed once per word.
/// The table holds only the numbers of words. The keys are stored in the order of the numbers, so that those of
/// frequent words, which occur early, share cache lines.
/// Memory: the words' bytes, 40 bytes per word, and 4 bytes per slot of a table that is at most a quarter full.
///
/// Invariant: a word belongs to the block that `WordBlock` gives.
package struct Vocabulary: Sendable {
    /// The bytes of all words, one word after another, and the position at which each word ends.
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    private var keys: [WordKey] = []
    /// Each slot holds a word's number + 1, or 0 if it is free. The number of slots is a power of two.
    private var slots = [UInt32](repeating: 0, count: 1 << 10)

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
        WordBlock.number(ofHash: hashes[index], of: blocks)
    }

    /// Returns the number of a word, or nil if the vocabulary does not contain it.
    package func index(of word: [UInt8]) -> Int? {
        let number = slots[slot(of: WordKey(word.span, 0..<word.count), in: word.span, at: 0)]
        return number == 0 ? nil : Int(number) - 1
    }

    /// Returns the number of a word. A new word gets the next number.
    package mutating func insert(_ word: [UInt8]) -> Int {
        insert(word.span, 0..<word.count)
    }

    /// Returns the number of the word at `range` of `line`. A new word gets the next number.
    mutating func insert(_ line: Span<UInt8>, _ range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= line.count, "a word lies in its line")
        let key = WordKey(line, range)
        let slot = slot(of: key, in: line, at: range.lowerBound)
        let number = slots[slot]
        if number != 0 { return Int(number) &- 1 }
        append(line.extracting(range), key, at: slot)
        return count - 1
    }

    /// Returns the content of the first slot in which a word with this key is looked up: a word's number + 1, or 0.
    @inline(__always)
    func candidate(for key: WordKey) -> UInt32 {
        slots[Int(key.hash) & (slots.count &- 1)]
    }

    /// Whether the keys alone show that a candidate is the word with this key. If they do not, `insert` must decide.
    @inline(__always)
    func isCertain(_ candidate: UInt32, for key: WordKey) -> Bool {
        candidate != 0 && key.isWhole && keys[Int(candidate) &- 1] == key
    }

    /// The number of bytes of memory in use.
    var byteCount: Int {
        arena.count + count * (MemoryLayout<Int>.stride + MemoryLayout<UInt64>.stride + MemoryLayout<WordKey>.stride)
            + slots.count * MemoryLayout<UInt32>.stride
    }

    /// Returns the words that are kept, in the same order, and for every old number the new one, or nil if the word is
    /// removed.
    func keeping(_ isKept: (Int) -> Bool) -> (vocabulary: Vocabulary, numbers: [UInt32?]) {
        var kept = Vocabulary()
        let numbers = (0..<count).map { index in
            isKept(index) ? UInt32(kept.insert(arena.span, start(of: index)..<ends[index])) : nil
        }
        return (kept, numbers)
    }

    /// Returns the same words in the order of their blocks, and within a block in the present order; the start of each
    /// block, followed by the number of words; and for every old number the new one. O(words + blocks).
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
        grouped.keys.reserveCapacity(count)
        for index in order {
            _ = grouped.insert(arena.span, start(of: index)..<ends[index])
        }
        return (grouped, blockStarts, ranks)
    }

    /// Returns the slot of the word at `start` of `line`, whose key is `key`; for an unknown word, the free slot in
    /// which it would be stored.
    @inline(__always)
    private func slot(of key: WordKey, in line: Span<UInt8>, at start: Int) -> Int {
        let mask = slots.count &- 1
        var position = Int(key.hash) & mask
        while true {
            let number = Int(slots[position])
            if number == 0 { return position }
            if keys[number &- 1] == key {
                if key.isWhole || isWord(number &- 1, in: line, at: start) { return position }
            }
            position = (position &+ 1) & mask
        }
    }

    /// Whether `line` has the word at `start`; the line must have as many bytes from there.
    private func isWord(_ index: Int, in line: Span<UInt8>, at start: Int) -> Bool {
        arena.withUnsafeBufferPointer { known in
            line.withUnsafeBufferPointer { line in
                memcmp(known.baseAddress! + self.start(of: index), line.baseAddress! + start, Int(keys[index].length))
                    == 0
            }
        }
    }

    @inline(never)
    private mutating func append(_ word: Span<UInt8>, _ key: WordKey, at position: Int) {
        precondition(count < Int(Int32.max), "words are numbered in 31 bits")
        word.withUnsafeBufferPointer { arena.append(contentsOf: $0) }
        ends.append(arena.count)
        hashes.append(XXH64.hash(word.bytes))
        keys.append(key)
        slots[position] = UInt32(count)
        if count * 4 > slots.count { grow() }
    }

    /// Doubles the number of slots. Words are stored again in the order of their numbers, so that the early ones get
    /// their first slot.
    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for index in keys.indices {
            var position = Int(keys[index].hash) & mask
            while slots[position] != 0 { position = (position + 1) & mask }
            slots[position] = UInt32(index + 1)
        }
    }

    private func start(of index: Int) -> Int {
        index == 0 ? 0 : ends[index &- 1]
    }
}
