/// A format in which a model is written.
///
/// A new format is one type that implements this protocol, in a file or a folder of its own here, and one case of
/// `ModelFormat`, which gives it a name on the command line.
protocol ModelWriter {
    /// The parts of a model that the format can hold. If a process has none of them, there is nothing to write.
    static var parts: Set<ModelFormat.Part> { get }
    /// The names of all files that the format can write; empty if the name depends on the model.
    static var fileNames: [String] { get }
    /// Whether the format holds data of documents, if they are known.
    static var readsDocuments: Bool { get }
    /// Returns whether everything that the format can hold, except the model itself, is known.
    static func isComplete(_ files: ModelFiles) -> Bool
    /// Writes the parts that are known and that the format can hold to `folder`.
    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws
}

extension ModelWriter {
    static var readsDocuments: Bool { !parts.isDisjoint(with: [.documents, .tokens]) }

    static func isComplete(_ files: ModelFiles) -> Bool { !readsDocuments || files.documents != nil }
}

/// The folder to which a model is written, and the files written so far.
struct ModelFolder {
    let path: String
    private(set) var written = ModelFiles.Written()
    private var plainWords: (labels: ByteStrings, replaced: Int)?

    init(path: String) {
        self.path = path
    }

    /// Returns the path of the file `name`, and notes that it is written.
    mutating func file(_ name: String) -> String {
        written.files.append(name)
        return "\(path)/\(name)"
    }

    /// Returns the model's words without white space (`PlainLabels`), and notes the number of words that were changed.
    mutating func plainWords(of model: TopicModel) -> ByteStrings {
        let plain = plainWords ?? PlainLabels.of(model.words.labels)
        plainWords = plain
        note(replacedWords: plain.replaced)
        return plain.labels
    }

    /// Notes the numbers of words and of names that contained white space in one of the files.
    mutating func note(replacedWords: Int = 0, replacedNames: Int = 0) {
        written.replacedWords = max(written.replacedWords, replacedWords)
        written.replacedNames = max(written.replacedNames, replacedNames)
    }

    /// Notes that a format was not written, or only in part.
    mutating func note(incomplete format: ModelFormat) {
        written.incomplete.append(format)
    }
}
