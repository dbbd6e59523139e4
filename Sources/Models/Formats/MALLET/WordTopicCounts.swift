import Compression
import Counts
import Files

/// MALLET's word topic counts: one line per word, `number word topic:count topic:count ...`, the largest count first,
/// equal counts by topic.
enum WordTopicCounts: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model]
    static let fileNames: [String] = ["word_topic_counts.txt"]

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let model = files.model else { return }
        try write(model, labels: folder.plainWords(of: model), to: folder.file("word_topic_counts.txt"))
    }

    /// - Parameter labels: The model's words without white space (`PlainLabels`).
    private static func write(_ model: TopicModel, labels: ByteStrings, to path: String) throws(FileError) {
        var file = try StreamedFile(path: path)
        let rows = model.words.rows
        for word in 0..<model.vocabulary {
            try file.write(decimal: word)
            try file.write(" ")
            try file.write(labels[word])
            let cells = rows.range(of: word).sorted {
                (rows.amounts[$1], rows.columns[$0]) < (rows.amounts[$0], rows.columns[$1])
            }
            for cell in cells {
                try file.write(" ")
                try file.write(decimal: Int(rows.columns[cell]))
                try file.write(":")
                try file.write(decimal: Int(rows.amounts[cell]))
            }
            try file.write("\n")
        }
        try file.commit()
    }
}
