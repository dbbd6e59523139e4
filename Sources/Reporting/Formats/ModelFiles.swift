package import LDA

/// The files of a model that a process writes, in the given formats, from the parts of the model that it has.
package struct ModelFiles {
    package let formats: [ModelFormat]
    package let priors: Priors
    /// The model; nil if this process does not have all of it.
    package var model: TopicModel?
    /// The documents; nil if they are not known.
    package var documents: (any ModelDocuments)?
    /// The contents of the dump's `d`.
    package var publishedDocuments: LabelledRows?
    /// The smallest share of a topic that is written for a document.
    package var threshold: Double?
    /// Whether the state has header lines; false if it continues the state of another shard.
    package var stateHasHead = true

    package init(_ formats: [ModelFormat], priors: Priors) {
        self.formats = formats
        self.priors = priors
    }

    package init(_ formats: [ModelFormat], of model: TopicModel) {
        self.init(formats, priors: model.priors)
        self.model = model
    }

    /// The files that were written, in the order of the formats.
    package struct Written: Sendable {
        /// The names of the files in the folder.
        package var files: [String] = []
        /// The numbers of words and document names that contain white space, which is replaced where it separates
        /// fields.
        package var replacedWords = 0
        package var replacedNames = 0
        /// The formats that could not be written, or only in part.
        package var incomplete: [ModelFormat] = []

        package init() {}
    }

    /// Writes the files to `folder`, each of them completely or not at all.
    package func write(to folder: String) throws -> Written {
        var written = Written()
        let plain = model.map { PlainLabels.of($0.words.labels) }
        for format in formats {
            try write(format, plain, to: folder, &written)
        }
        return written
    }

    private func write(
        _ format: ModelFormat, _ plain: (labels: ByteStrings, replaced: Int)?, to folder: String,
        _ written: inout Written
    ) throws {
        func path(_ name: String) -> String {
            written.files.append(name)
            return "\(folder)/\(name)"
        }
        func usesPlain() { written.replacedWords = max(written.replacedWords, plain?.replaced ?? 0) }

        if format == .state {
            guard let documents, let words = documents.tokenWords else { return written.incomplete.append(format) }
            let replaced = try MALLETState.write(
                documents, words, priors: priors, hasHead: stateHasHead, to: path(MALLETState.fileName))
            written.replacedWords = max(written.replacedWords, replaced.words)
            written.replacedNames = max(written.replacedNames, replaced.names)
        }
        if format.readsDocuments, documents == nil, format != .state { written.incomplete.append(format) }
        if let model, let plain {
            switch format {
            case .distLDA:
                let dump = DistLDADump(model, documents: publishedDocuments)
                _ = path(dump.fileName)
                _ = try dump.write(to: folder)
            case .keys:
                usesPlain()
                try TopicKeys.write(model, labels: plain.labels, to: path(TopicKeys.fileName))
            case .wordTopicCounts:
                usesPlain()
                try WordTopicCounts.write(model, labels: plain.labels, to: path(WordTopicCounts.fileName))
            case .topicWordWeights:
                usesPlain()
                try TopicWordWeights.write(model, labels: plain.labels, to: path(TopicWordWeights.fileName))
            case .diagnostics: try Diagnostics.write(model, documents: documents, to: path(Diagnostics.fileName))
            case .ldavis: try LDAvis.write(model, to: path(LDAvis.fileName))
            case .numpy:
                usesPlain()
                try NumpyFiles.writeTopicWord(model, to: path(NumpyFiles.topicWord))
                try NumpyFiles.writeAlpha(priors.alpha, to: path(NumpyFiles.alpha))
                try NumpyFiles.writeLines(plain.labels, to: path(NumpyFiles.vocabulary))
            case .csv: try TidyCSV.write(model, to: path(TidyCSV.termsFileName))
            case .state, .docTopics: break
            }
        }
        guard let documents else { return }
        switch format {
        case .docTopics:
            let replaced = try DocumentTopicsFile.write(
                documents, priors: priors, threshold: threshold, to: path(DocumentTopicsFile.fileName))
            written.replacedNames = max(written.replacedNames, replaced)
        case .numpy:
            try NumpyFiles.writeDocTopic(documents, topics: priors.topics, to: path(NumpyFiles.docTopic))
            let replaced = try NumpyFiles.writeNames(of: documents, to: path(NumpyFiles.documents))
            written.replacedNames = max(written.replacedNames, replaced)
        case .csv:
            try TidyCSV.write(documents, priors: priors, threshold: threshold, to: path(TidyCSV.documentsFileName))
        default: break
        }
    }
}
