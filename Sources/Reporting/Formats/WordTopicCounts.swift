import Files
import Counts

/// MALLET's word topic counts: one line per word, `number word topic:count topic:count ...`, the largest count first,
/// equal counts by topic.
enum WordTopicCounts {
    static let fileName = "word_topic_counts.txt"

    /// - Parameter labels: The model's words without white space (`PlainLabels`).
    static func write(_ model: TopicModel, labels: ByteStrings, to path: String) throws(FileError) {
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
