/// The formats in which a model can be written. The raw values are the spellings on the command line.
///
/// To add a format, add a type that implements `ModelWriter` to this folder, and here a case and its writer.
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

    /// The type that writes the format.
    var writer: any ModelWriter.Type {
        switch self {
        case .distLDA: DistLDADump.self
        case .state: MALLETState.self
        case .keys: TopicKeys.self
        case .docTopics: DocumentTopicsFile.self
        case .wordTopicCounts: WordTopicCounts.self
        case .topicWordWeights: TopicWordWeights.self
        case .diagnostics: Diagnostics.self
        case .ldavis: LDAvis.self
        case .numpy: NumpyFiles.self
        case .csv: TidyCSV.self
        }
    }

    /// The parts that the format can hold. If a process has none of them, there is nothing to write.
    package var parts: Set<Part> { writer.parts }

    /// The names of all files that the format can write; empty if the name depends on the model.
    package var fileNames: [String] { writer.fileNames }

    /// Whether the format holds data of documents, if they are known.
    package var readsDocuments: Bool { writer.readsDocuments }
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
