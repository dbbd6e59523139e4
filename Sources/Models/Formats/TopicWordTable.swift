import Compression
import Files

/// Writes a value for every pair of a topic and a word: lines `topic SEPARATOR word SEPARATOR value`, topic after
/// topic.
///
/// Most words have no tokens in a topic, and their value is formatted only once for each topic.
/// O(topics x words) time and 8 bytes of memory per cell.
struct TopicWordTable {
    let model: TopicModel
    /// The words as they are written.
    let labels: ByteStrings
    let separator: String
    let lineEnd: String

    /// - Parameter value: returns the value for a number of tokens in a topic.
    func write(
        to file: inout StreamedFile, _ value: (_ count: UInt32, _ topic: Int) -> Double
    ) throws(FileError) {
        let cells = TopicMajorRows(model.words.rows, topics: model.topics)
        for topic in 0..<model.topics {
            let head = Array("\(topic)\(separator)".utf8)
            let absent = Array("\(separator)\(value(0, topic))\(lineEnd)".utf8)
            var cell = cells.starts[topic]
            for word in 0..<model.vocabulary {
                try file.write(head)
                try file.write(labels[word])
                if cell < cells.starts[topic + 1], Int(cells.rows[cell]) == word {
                    try file.write("\(separator)\(value(cells.amounts[cell], topic))\(lineEnd)")
                    cell += 1
                } else {
                    try file.write(absent)
                }
            }
        }
    }
}
