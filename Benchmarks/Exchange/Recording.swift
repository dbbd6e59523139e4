import Corpus
import Counts
import LDA
import Sampling
import Training

/// The counts that real shards exchange. A corpus is trained in one process, in `slices` slices, and the topics of all
/// its tokens are kept after each of the last sweeps. A played shard has the documents of one or several slices.
struct Recording {
    /// The number of slices, and so of shards that can be played without two of them having the same documents.
    static let slices = 16
    /// The number of sweeps before the first that is kept, so that the chain has found its topics.
    private static let warmUp = 20
    private static let kept = 3

    let topics: Int
    let summary: CorpusSummary
    private let vocabulary: Vocabulary
    /// The states, by kept sweep and then by slice.
    private let states: [[SliceState]]

    /// Reads the corpus and trains on it: about 25 sweeps on all cores.
    init(_ path: String, topics: Int) async throws {
        let corpus = try CorpusReader.read(
            [path], plan: SlicePlan(shards: 1, cores: Self.slices, thisShard: 0), blocks: nil)
        let sweeps = Self.warmUp + Self.kept
        let settings = TrainingSettings(
            priors: Priors(topics: topics, alpha: 50 / Double(topics), beta: 0.01), seed: 1, iterations: sweeps,
            shard: 0, shards: 1, cores: Self.slices, blocks: corpus.blocks, syncEvery: nil, showEvery: sweeps,
            host: "", process: 0)
        var chain = await GibbsChain(corpus, settings: settings)
        var states: [[SliceState]] = []
        for sweep in 1...sweeps {
            _ = try await chain.sweep()
            if sweep > Self.warmUp { states.append(await chain.snapshot()) }
        }
        (self.topics, self.states) = (topics, states)
        (summary, vocabulary) = (corpus.summary, corpus.vocabulary)
    }

    /// The counts of a number of shards.
    struct Contributions: Sendable {
        /// The words, by block.
        let words: [[[UInt8]]]
        /// The rows, by shard, sweep and block. Shards from `Recording.slices` on repeat the rows of earlier shards.
        private let rows: [[[SparseRows]]]
        /// The number of tokens of all shards together; documents that several shards have are counted for each.
        let tokens: Int

        fileprivate init(words: [[[UInt8]]], rows: [[[SparseRows]]], tokens: Int) {
            (self.words, self.rows, self.tokens) = (words, rows, tokens)
        }

        var blocks: Int { words.count }
        var sweeps: Int { rows[0].count }

        func rows(shard: Int, sweep: Int) -> [SparseRows] { rows[shard % rows.count][sweep] }

        /// Returns the rows after any number of sweeps, by repeating the recorded sweeps forwards and backwards.
        func rows(shard: Int, recorded sweep: Int) -> [SparseRows] {
            let place = sweep % (2 * (sweeps - 1))
            return rows(shard: shard, sweep: min(place, 2 * (sweeps - 1) - place))
        }
    }

    /// Returns the counts of `shards` shards to which the corpus is distributed. If there are more shards than slices,
    /// the slices are used several times, and the number of blocks is that of a corpus that is larger by this factor,
    /// unless `keepsBlocks` is set.
    func contributions(shards: Int, keepsBlocks: Bool = false) -> Contributions {
        let different = min(shards, Self.slices)
        let times = keepsBlocks ? 1 : Double(shards) / Double(different)
        let blocks = ShardCorpus.blocks(forBytes: Int(Double(summary.bytes) * times), cores: 1)
        var wordsOfBlock = [[Int]](repeating: [], count: blocks)
        for word in 0..<vocabulary.count { wordsOfBlock[vocabulary.block(word, of: blocks)].append(word) }
        let rows = (0..<different).map { shard in
            states.map { states in
                let own = states.indices.filter { $0 % different == shard }.map { states[$0] }
                let all = SliceState.recount(own, words: 0..<vocabulary.count, topics: topics)
                return wordsOfBlock.map { words in
                    var rows = SparseRows()
                    for word in words { rows.appendRow(word, of: all) }
                    return rows
                }
            }
        }
        let tokens = (0..<shards).reduce(0) { $0 + rows[$1 % different][0].reduce(0) { $0 + $1.sum } }
        return Contributions(words: wordsOfBlock.map { $0.map(vocabulary.word) }, rows: rows, tokens: tokens)
    }
}
