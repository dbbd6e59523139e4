import Hashing

/// A shard's part of a corpus, read completely, before it is decided which of its words are kept.
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

    /// Whether the decision needs the word frequencies of all shards together.
    package var needsFrequencies: Bool { options.rules.needsFrequencies }

    /// A key that is equal in all shards of a corpus that read the same input and count its words in the same way.
    package var countsKey: UInt64 {
        let reading = options.textDescription(of: total)
        return XXH64.hash(Array("\(total.digest) \(plan.shards) \(plan.cores) \(reading)".utf8))
    }

    /// Counts how often each word occurs in this shard's documents. O(tokens).
    package mutating func frequencies() -> WordFrequencies {
        builder.frequencies(documents: total.documents)
    }

    /// Returns the corpus with only the words that are kept. `frequencies` are those of all shards together; nil if
    /// this shard is the only one.
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
