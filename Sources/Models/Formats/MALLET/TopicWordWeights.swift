import Compression
import Files
import LDA

/// MALLET's topic word weights: `topic TAB word TAB weight` for every pair, with weight = n_wk + beta.
enum TopicWordWeights: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model]
    static let fileNames: [String] = ["topic_word_weights.txt"]

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let model = files.model else { return }
        try write(model, labels: folder.plainWords(of: model), to: folder.file("topic_word_weights.txt"))
    }

    /// - Parameter labels: The model's words without white space (`PlainLabels`).
    private static func write(_ model: TopicModel, labels: ByteStrings, to path: String) throws(FileError) {
        var file = try StreamedFile(path: path)
        let table = TopicWordTable(model: model, labels: labels, separator: "\t", lineEnd: "\n")
        try table.write(to: &file) { count, _ in Double(count) + model.priors.beta }
        try file.commit()
    }
}
