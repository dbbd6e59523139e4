/// Who owns which line: the corpus is cut into `shards * cores` slices, and line i goes to slice i mod (shards * cores).
///
/// Lines are counted from 0, on over all files, whether or not they hold a word. The slices of shard s are
/// `s * cores ..< (s + 1) * cores`, one per core. Law: every line belongs to exactly one core of one shard.
/// (The division is that of josephreisinger/dist_lda, so that runs of either see the same slices.)
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

    /// The core of this shard that owns the line; nil when it belongs to another shard.
    package func core(ofLine line: Int) -> Int? {
        let core = line % (shards * cores) - thisShard * cores
        return core >= 0 && core < cores ? core : nil
    }
}
