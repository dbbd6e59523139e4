import Counts
package import LDA

/// A model to be written to files, whether it comes from a store, a dump or a MALLET state.
///
/// The model consists of the counts and the priors; everything else in the files is computed from these. Topics and
/// words have the same numbers in every file; a word's number is its row.
package struct TopicModel: Sendable, Equatable {
    /// The base name of the documents' file.
    package var document: String
    package var priors: Priors
    package var shards: Int
    /// The sum of the sweeps of all shards.
    package var iterations: Int
    /// n_wk: one row per word.
    package var words: LabelledRows
    /// n_k.
    package let topicTotals: [Int]

    package init(
        document: String, priors: Priors, shards: Int = 1, iterations: Int = 0, words: LabelledRows
    ) {
        self.document = document
        self.priors = priors
        self.shards = shards
        self.iterations = iterations
        self.words = words
        topicTotals = words.topicTotals(topics: priors.topics)
    }

    package init(_ snapshot: ModelSnapshot) {
        self.init(
            document: snapshot.model.document, priors: snapshot.model.priors, shards: snapshot.manifest.shards,
            iterations: snapshot.sweeps.reduce(0, +), words: snapshot.words)
    }

    /// K.
    package var topics: Int { priors.topics }
    /// V.
    package var vocabulary: Int { words.count }
    package var tokens: Int { topicTotals.reduce(0, +) }
    package var effectiveIterations: Int { iterations / max(1, shards) }

    /// Returns the probability of a word with `count` tokens in topic `topic`, (n_wk + beta) / (n_k + beta V); 0 if
    /// there are no words.
    package func probability(count: UInt32, topic: Int) -> Double {
        let beta = priors.beta
        return vocabulary == 0 ? 0 : (Double(count) + beta) / (Double(topicTotals[topic]) + beta * Double(vocabulary))
    }
}
