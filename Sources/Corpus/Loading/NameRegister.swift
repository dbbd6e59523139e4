/// Records which document names occur more than once in the corpus, by their 64-bit hashes.
///
/// The register is a set with open addressing and linear probing. Memory: 16 to 32 bytes per name, for all lines of the
/// corpus whichever shard owns them; it is freed when loading ends. Two names with the same hash (which has a
/// probability of D / 2^64 for a name among D) would be treated as equal; the only effect is that a line number is
/// added to them.
struct NameRegister {
    private static let batch = 256

    /// The hashes; 0 marks a free slot. The number of slots is a power of two, and at most half are in use.
    private var slots = [UInt64](repeating: 0, count: 1 << 10)
    private var count = 0
    private var shared: Set<UInt64> = []
    /// Names not registered yet. They are looked up in batches, so that the processor waits for many cache lines at
    /// once.
    private var waiting: [UInt64] = []

    /// The number of lines whose name occurs on an earlier line.
    private(set) var duplicates = 0

    /// The number of bytes of memory in use.
    var byteCount: Int { (slots.count + 2 * shared.count) * MemoryLayout<UInt64>.stride }

    mutating func insert(_ hash: UInt64) {
        waiting.append(max(hash, 1))
        if waiting.count == Self.batch { settle() }
    }

    /// Registers the waiting names. `duplicates` and `isShared` do not include them before.
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

    /// Whether more than one line has the name with this hash.
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
