/// The block of a run to which a word belongs: its XXH64 (seed 0) modulo the number of blocks. It is the same on every
/// machine and in every shard.
package enum WordBlock {
    package static func number(ofHash hash: UInt64, of blocks: Int) -> Int {
        Int(hash % UInt64(blocks))
    }

    package static func number(of word: [UInt8], of blocks: Int) -> Int {
        number(ofHash: XXH64.hash(word), of: blocks)
    }
}
