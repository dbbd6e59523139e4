import Corpus
import Counts
import LDA
import Sampling

/// A long run on real text that compares every running sum with its recount after each word, and every count with its
/// recount at the end.
enum Drift {
    static func watch(_ path: String, topics: Int, sweeps: Int) throws {
        let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)
        let corpus = try CorpusReader.read([path], plan: plan, blocks: 1)
        let words = corpus.vocabulary.count
        for instructions in InstructionSet.supported {
            var state = SliceState(corpus.slices[0], topics: topics, seed: 1, stream: 0, form: .lists)
            var block = BlockCounts(own: SliceState.recount([state], words: 0..<words, topics: topics))
            var totals = [Int](repeating: 0, count: topics)
            block.own.addColumnSums(to: &totals)
            let priors = Priors(topics: topics, alpha: 50 / Double(topics), beta: 0.01)
            var sampler = WordMajorSampler(priors: priors, instructions: instructions)
            sampler.drift = 0
            for _ in 0..<sweeps {
                _ = sampler.sample(words: 0..<words, block: &block, vocabulary: words, totals: &totals, state: &state)
            }
            let recount = SliceState.recount([state], words: 0..<words, topics: topics)
            var sums = [Int](repeating: 0, count: topics)
            recount.addColumnSums(to: &sums)
            let counts = block.own == recount && totals == sums ? "every count equals its recount" : "COUNTS DIFFER"
            print("\(instructions.rawValue): \(sweeps) sweeps of \(state.tokens) tokens, K = \(topics):")
            print("    a running sum differs from its recount by at most \(sampler.drift ?? 0) of itself; \(counts)")
        }
    }
}
