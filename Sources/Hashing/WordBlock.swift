/// Which of a run's blocks a word belongs to: its XXH64 (seed 0) modulo the number of blocks, on every machine and in
/// every shard.
package enum WordBlock {
    package static func number(ofHash hash: UInt64, of blocks: Int) -> Int {
        Int(hash % UInt64(blocks))
    }

    package static func number(of word: [UInt8], of blocks: Int) -> Int {
        number(ofHash: XXH64.hash(word), of: blocks)
    }
}
