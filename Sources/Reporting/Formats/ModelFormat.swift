/// What a model can be written as; raw values are the spellings on the command line.
///
/// A new one is a case here, a file beside this one, and a line in `ModelFiles.write`.
package enum ModelFormat: String, CaseIterable, Sendable {
    case distLDA = "dist_lda"
    case state
    case keys
    case docTopics = "doc-topics"
    case wordTopicCounts = "word-topic-counts"
    case topicWordWeights = "topic-word-weights"
    case diagnostics
    case ldavis
    case numpy
    case csv

    /// What a format is made of.
    package enum Part: Sendable {
        /// The counts of all words: what one process holds alone, and the listener of a cluster.
        case model
        /// The topics of documents.
        case documents
        /// The topic of each token, which only the shard that samples it knows.
        case tokens
    }

    /// The parts that it has something of; without one of them there is nothing to write.
    package var parts: Set<Part> {
        switch self {
        case .distLDA, .keys, .wordTopicCounts, .topicWordWeights, .diagnostics, .ldavis: [.model]
        case .state: [.tokens]
        case .docTopics: [.documents]
        case .numpy, .csv: [.model, .documents]
        }
    }

    /// Whether it holds anything of documents, where they are known.
    package var readsDocuments: Bool {
        switch self {
        case .state, .docTopics, .diagnostics, .numpy, .csv: true
        case .distLDA, .keys, .wordTopicCounts, .topicWordWeights, .ldavis: false
        }
    }
}

extension ModelFormat {
    /// Topics of which `ldavis` can draw a map.
    package static let maxMappedTopics = TopicDistances.maxTopics
}
