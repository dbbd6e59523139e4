import Hashing

/// A shard's part of a corpus that has been read, and of whose words it is still to be decided which are kept.
package struct CorpusDraft: ~Copyable, Sendable {
    private var builder: ShardBuilder
    private let total: CorpusTotal
    private let options: ReadingOptions
    private let blocks: Int
    private let plan: SlicePlan

    init(_ builder: consuming ShardBuilder, _ total: CorpusTotal, options: ReadingOptions, plan: SlicePlan, blocks: Int)
    {
        self.builder = builder
        self.total = total
        self.options = options
        self.blocks = blocks
        self.plan = plan
    }

    /// Whether the decision needs the frequencies of all shards together.
    package var needsFrequencies: Bool { options.rules.needsFrequencies }

    /// What every shard of the corpus has in common if it counts the same words the same way.
    package var countsKey: UInt64 {
        let reading = options.textDescription(format: total.format, wordListDigest: total.wordListDigest)
        return XXH64.hash(Array("\(total.digest) \(plan.shards) \(plan.cores) \(reading)".utf8))
    }

    /// How often the words of this shard's documents occur in them. O(tokens).
    package mutating func frequencies() -> WordFrequencies {
        builder.frequencies(documents: total.documents)
    }

    /// The corpus of the words that are kept; `frequencies` are those of all shards, nil if there is no other.
    package consuming func finished(_ frequencies: WordFrequencies? = nil) throws(CorpusError) -> ShardCorpus {
        if !options.rules.keepsAll {
            let decision = options.rules.decide(frequencies ?? builder.frequencies(documents: total.documents))
            let words = decision.isKept.count
            if words > 0 && !decision.isKept.contains(true) && (frequencies != nil || plan.shards == 1) {
                throw .noWordsLeft(removed: words)
            }
            builder.keep(decision)
        }
        return try builder.finished(total, blocks: blocks)
    }
}
