import Corpus
import Counts
import LDA
import Sampling
import TestSupport
import Testing

@Suite("The memory plan")
struct MemoryPlanTests {
    private let slices = [TinyCorpus.slice(TinyCorpus.twoThemes, words: 12)]

    @Test("covers the memory in use after any number of sweeps", arguments: [1, 5, 100, 1000])
    func covers(topics: Int) {
        let plan = MemoryPlan(slices, topics: topics)
        var state = SliceState(slices[0], topics: topics, seed: 1, stream: 0)
        var block = BlockCounts(own: SliceState.recount([state], words: 0..<12, topics: topics))
        var totals = [Int](repeating: 0, count: topics)
        block.own.addColumnSums(to: &totals)
        var sampler = WordMajorSampler(priors: Priors(topics: topics, alpha: 0.1, beta: 0.01))
        for _ in 0..<20 {
            _ = sampler.sample(words: 0..<12, block: &block, vocabulary: 12, totals: &totals, state: &state)
            #expect(block.own.cells * 6 <= plan.rows)
        }
        #expect(plan.tokens == state.tokens * 6)
        #expect(plan.total == plan.tokens + plan.documents + plan.rows + plan.cores + plan.checkpoint)
        #expect(plan.toCome == plan.total - state.tokens * 4, "the tokens' documents have already been allocated")
    }

    @Test("grows with the tokens, and with the topics if documents are rows")
    func grows() {
        let short = Array(repeating: Array(repeating: 0, count: 300), count: 50)
        func plan(_ documents: [[Int]], topics: Int) -> MemoryPlan {
            MemoryPlan([TinyCorpus.slice(documents, words: 1)], topics: topics)
        }
        #expect(plan(short + short, topics: 64).documents == 2 * plan(short, topics: 64).documents)
        #expect(plan(short, topics: 64).documents == 50 * 64 * 2, "numbers of two bytes, for 300 tokens")
        #expect(plan(short, topics: 128).documents == 50 * 128 * 2)
        #expect(
            plan(short, topics: 1000).documents == 50 * (304 * 4 + 4),
            "lists of 300 entries and 4 more, and their starts")
    }

    @Test("includes the memory for writing and restoring checkpoints", arguments: [1, 5, 300, 65536])
    func checkpoints(topics: Int) {
        let (without, with) = (
            MemoryPlan(slices, topics: topics), MemoryPlan(slices, topics: topics, keepsCheckpoints: true)
        )
        let packed = SliceState(slices[0], topics: topics, seed: 1, stream: 0).packed()
        #expect(without.checkpoint == 0)
        #expect(with.checkpoint >= packed.assignments.count + packed.lists.count)
        #expect(with.total == without.total + with.checkpoint && with.toCome == without.toCome + with.checkpoint)
    }

    @Test("is refused, with its numbers, if less memory is free")
    func refusal() throws {
        let plan = MemoryPlan(slices, topics: 1000)
        try plan.check(free: nil, shards: 1)
        try plan.check(free: plan.toCome, shards: 1)
        let refusal = #expect(throws: MemoryPlan.Refusal.self) { try plan.check(free: plan.toCome - 1, shards: 3) }
        #expect(
            "\(try #require(refusal))"
                == "training needs 1 MB more, but only 1 MB are free (documents 1 MB, counts up to 1 MB, cores 1 MB): "
                + "use more than 3 --shards, fewer --topics, or a larger machine")
    }
}
