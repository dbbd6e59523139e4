/// Which document names occur more than once in the corpus, by their 64-bit hashes.
///
/// A set with open addressing and linear probing. Memory: 16 to 32 bytes a name, for all lines of the corpus whichever
/// shard owns them; it is freed when loading ends. Two names with one hash (once in 2^64 / D pairs) would be taken for
/// equal, which costs them no more than a line number in their names.
struct NameRegister {
    private static let batch = 256

    /// A power of two, at most half in use; 0 is free.
    private var slots = [UInt64](repeating: 0, count: 1 << 10)
    private var count = 0
    private var shared: Set<UInt64> = []
    /// Names not registered yet: looking up many in a row, the processor waits for their cache lines at once.
    private var waiting: [UInt64] = []

    /// Lines whose name an earlier line has.
    private(set) var duplicates = 0

    /// Bytes held.
    var byteCount: Int { (slots.count + 2 * shared.count) * MemoryLayout<UInt64>.stride }

    mutating func insert(_ hash: UInt64) {
        waiting.append(max(hash, 1))
        if waiting.count == Self.batch { settle() }
    }

    /// Registers what waits; until then it counts for nothing.
    mutating func settle() {
        for key in waiting { register(key) }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func register(_ key: UInt64) {
        let slot = slot(of: key)
        if slots[slot] == key {
            duplicates += 1
            shared.insert(key)
            return
        }
        slots[slot] = key
        count += 1
        if count * 2 > slots.count { grow() }
    }

    /// Whether more than one line has the name of this hash.
    func isShared(_ hash: UInt64) -> Bool {
        shared.contains(max(hash, 1))
    }

    private func slot(of key: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while slots[slot] != 0, slots[slot] != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let keys = slots
        slots = [UInt64](repeating: 0, count: keys.count * 2)
        for key in keys where key != 0 { slots[slot(of: key)] = key }
    }
}
