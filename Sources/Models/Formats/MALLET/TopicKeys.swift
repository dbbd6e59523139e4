import Compression
import Files
import LDA

/// MALLET's topic keys: one line per topic, `topic TAB alpha TAB word word ... word`, followed by a space.
///
///     0	0.1	w0-3 w0-1 w0-7
///
/// There are up to 20 words, the most frequent first. alpha has at most five decimals.
enum TopicKeys: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model]
    static let fileNames: [String] = ["topic_keys.txt"]
    private static let words = 20

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let model = files.model else { return }
        try write(model, labels: folder.plainWords(of: model), to: folder.file("topic_keys.txt"))
    }

    /// - Parameter labels: The model's words without white space (`PlainLabels`).
    private static func write(_ model: TopicModel, labels: ByteStrings, to path: String) throws(FileError) {
        var file = try StreamedFile(path: path)
        let ranked = RankedWords(model.words, topics: model.topics, count: words)
        for topic in 0..<model.topics {
            try file.write("\(topic)\t\(PrintedNumber.rounded(model.priors.alpha[topic], digits: 5))\t")
            for word in ranked.topics[topic] {
                try file.write(labels[word.row])
                try file.write(" ")
            }
            try file.write("\n")
        }
        try file.commit()
    }
}
