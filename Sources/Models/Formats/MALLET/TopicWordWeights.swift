import Compression
import Files
import LDA

/// MALLET's topic word weights: `topic TAB word TAB weight` for every pair, with weight = n_wk + beta.
enum TopicWordWeights: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model]

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let model = files.model else { return }
        try write(model, labels: folder.plainWords(of: model), to: folder.file("topic_word_weights.txt"))
    }

    /// - Parameter labels: The model's words without white space (`PlainLabels`).
    private static func write(_ model: TopicModel, labels: ByteStrings, to path: String) throws(FileError) {
        let cells = TopicMajorRows(model.words.rows, topics: model.topics)
        var file = try StreamedFile(path: path)
        let absent = Array("\t\(model.priors.beta)\n".utf8)
        for topic in 0..<model.topics {
            let head = Array("\(topic)\t".utf8)
            try cells.forEachWord(of: topic, words: model.vocabulary) { word, count throws(FileError) in
                try file.write(head)
                try file.write(labels[word])
                if count == 0 {
                    try file.write(absent)
                } else {
                    try file.write("\t\(Double(count) + model.priors.beta)\n")
                }
            }
        }
        try file.commit()
    }
}

extension TopicMajorRows {
    /// Visits all words in order, each with the number of its tokens in `topic`.
    func forEachWord(
        of topic: Int, words: Int, _ body: (_ word: Int, _ count: UInt32) throws(FileError) -> Void
    ) throws(FileError) {
        var cell = starts[topic]
        for word in 0..<words {
            if cell < starts[topic + 1], Int(rows[cell]) == word {
                try body(word, amounts[cell])
                cell += 1
            } else {
                try body(word, 0)
            }
        }
    }
}
