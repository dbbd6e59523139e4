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
    /// The part of the state that is written.
    package var statePart = StatePart.whole

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
        var folder = ModelFolder(path: folder)
        for format in formats {
            if !format.writer.isComplete(self) { folder.note(incomplete: format) }
            try format.writer.write(self, to: &folder)
        }
        return folder.written
    }
}
