/// The formats in which a model can be written. The raw values are the spellings on the command line.
///
/// To add a format, add a case here, a file in this folder and a line in `ModelFiles.write`.
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

    /// The parts of a model that a format can hold.
    package enum Part: Sendable {
        /// The counts of all words, which a process that trains alone and the listener of a cluster have.
        case model
        /// The topics of documents.
        case documents
        /// The topic of each token, which only the shard that samples the token has.
        case tokens
    }

    /// The parts that the format can hold. If a process has none of them, there is nothing to write.
    package var parts: Set<Part> {
        switch self {
        case .distLDA, .keys, .wordTopicCounts, .topicWordWeights, .diagnostics, .ldavis: [.model]
        case .state: [.tokens]
        case .docTopics: [.documents]
        case .numpy, .csv: [.model, .documents]
        }
    }

    /// Whether the format holds data of documents, if they are known.
    package var readsDocuments: Bool {
        switch self {
        case .state, .docTopics, .diagnostics, .numpy, .csv: true
        case .distLDA, .keys, .wordTopicCounts, .topicWordWeights, .ldavis: false
        }
    }
}

extension ModelFormat {
    /// The largest number of topics for which `ldavis` can draw a map.
    package static let maxMappedTopics = TopicDistances.maxTopics

    /// A format cannot hold this many topics.
    package struct TooManyTopics: Error, CustomStringConvertible {
        let topics: Int

        package init(topics: Int) { self.topics = topics }

        package var description: String {
            "--write=ldavis draws a map of at most \(ModelFormat.maxMappedTopics) topics, but there are \(topics): "
                + "omit it"
        }
    }

    /// Throws if one of the formats cannot hold `topics` topics.
    package static func check(_ formats: [ModelFormat], topics: Int) throws(TooManyTopics) {
        if formats.contains(.ldavis), topics > maxMappedTopics { throw TooManyTopics(topics: topics) }
    }
}
