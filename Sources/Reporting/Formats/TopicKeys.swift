import Files

/// MALLET's topic keys: a line a topic, `topic TAB alpha TAB word word ... word` and a blank.
///
///     0	0.1	w0-3 w0-1 w0-7
///
/// Up to 20 words, most frequent first; alpha with at most five digits behind the point.
enum TopicKeys {
    static let fileName = "topic_keys.txt"
    private static let words = 20

    /// - Parameter labels: the model's words, plain.
    static func write(_ model: TopicModel, labels: ByteStrings, to path: String) throws(FileError) {
        var file = try StreamedFile(path: path)
        let ranked = RankedWords(model.words, topics: model.topics, count: words)
        for topic in 0..<model.topics {
            try file.write("\(topic)\t\(PrintedNumber.rounded(model.alpha[topic], digits: 5))\t")
            for word in ranked.topics[topic] {
                try file.write(labels[word.row])
                try file.write(" ")
            }
            try file.write("\n")
        }
        try file.commit()
    }
}
