/// The assignment of lines to cores: the corpus has `shards * cores` slices, and line i belongs to slice
/// i mod (shards * cores).
///
/// Lines are counted from 0 over all files together, including lines without words. The slices of shard s are
/// `s * cores ..< (s + 1) * cores`, one per core. Invariant: every line belongs to exactly one core of one shard.
/// (josephreisinger/dist_lda divides a corpus in the same way, so that runs of both programs use the same slices.)
package struct SlicePlan: Sendable, Equatable {
    package let shards: Int
    package let cores: Int
    package let thisShard: Int

    package init(shards: Int, cores: Int, thisShard: Int) {
        precondition(shards > 0 && cores > 0, "a plan needs a shard and a core")
        precondition((0..<shards).contains(thisShard), "this shard must be one of the shards")
        self.shards = shards
        self.cores = cores
        self.thisShard = thisShard
    }

    /// Returns the core of this shard that owns the line; nil if the line belongs to another shard.
    package func core(ofLine line: Int) -> Int? {
        let core = line % (shards * cores) - thisShard * cores
        return core >= 0 && core < cores ? core : nil
    }
}
