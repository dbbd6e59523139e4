import Counts

/// A model to be written to files, wherever it comes from: a store, a dump, a MALLET state.
///
/// The counts are all there is; what files hold besides follows from them and the priors. Topics and words have the same
/// numbers in every file: a word's is its row.
package struct TopicModel: Sendable, Equatable {
    /// The base name of the documents' file.
    package var document: String
    /// By topic.
    package var alpha: [Double]
    package var beta: Double
    package var shards: Int
    /// Sweeps, those of all shards summed.
    package var iterations: Int
    /// n_wk: one row a word.
    package var words: LabelledRows
    /// n_k.
    package let topicTotals: [Int]

    package init(
        document: String, alpha: [Double], beta: Double, shards: Int = 1, iterations: Int = 0, words: LabelledRows
    ) {
        self.document = document
        self.alpha = alpha
        self.beta = beta
        self.shards = shards
        self.iterations = iterations
        self.words = words
        topicTotals = words.topicTotals(topics: alpha.count)
    }

    package init(_ snapshot: ModelSnapshot) {
        let manifest = snapshot.manifest
        self.init(
            document: manifest.document, alpha: Array(repeating: manifest.alpha, count: manifest.topics),
            beta: manifest.beta, shards: manifest.shards, iterations: snapshot.sweeps.reduce(0, +),
            words: snapshot.words)
    }

    /// K.
    package var topics: Int { alpha.count }
    /// V.
    package var vocabulary: Int { words.count }
    package var tokens: Int { topicTotals.reduce(0, +) }
    package var effectiveIterations: Int { iterations / max(1, shards) }
    /// Whether all topics have the same alpha.
    package var isSymmetric: Bool { alpha.allSatisfy { $0 == alpha[0] } }

    /// The probability of a word with `count` tokens in topic `topic`: (n_wk + beta) / (n_k + beta V); 0 without words.
    package func probability(count: UInt32, topic: Int) -> Double {
        vocabulary == 0 ? 0 : (Double(count) + beta) / (Double(topicTotals[topic]) + beta * Double(vocabulary))
    }
}
