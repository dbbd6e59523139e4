package import Files

/// The model as dist_lda (2011) dumped it, so that what read its dumps reads ours.
///
/// File name: `MODEL_lda-DOCUMENT-T<topics>-alpha<%.3f>-beta<%.3f>-effective_iter=<n>.json.gz`, DOCUMENT the base name
/// of the document file, n = iterations / shards, rounded down. One gzip member; in it one JSON object in the
/// original's order and spacing, without a newline at the end:
///
///     {"vocab_size": 2, "beta": 0.1, "w": {"0": {"x": 2}, "1": {"y": 1, "x": 1}}, "iterations": 2, "alpha": 0.1,
///      "model": "lda", "document": "m.txt", "shards": 1, "topics": 2, "d": {"0": {"d1": 2}, "1": {"d0": 2}}}
///
/// - `w`: topic: word: count; `d`: topic: document: count, empty unless the shards published documents.
///   Topics count from 0, ascending, those without tokens absent; counts are never zero. Strings as in `JSONText`.
/// - `iterations`: the sweeps of all shards summed. `vocab_size`: the number of words (the original: null, a bug).
///   `alpha`, `beta`: the fewest digits that read back as the same double.
///
/// A dump has one alpha: where topics have several, it is their mean.
/// Memory: 8 bytes a cell of `w` and of `d`, and their labels as JSON, beside the model; all of it is allocated
/// before the file is created, after which only buffers of fixed size are needed.
package struct DistLDADump: Sendable {
    package let model: TopicModel
    /// nil leaves `d` empty.
    package let documents: LabelledRows?

    package init(_ model: TopicModel, documents: LabelledRows? = nil) {
        self.model = model
        self.documents = documents
    }

    package var fileName: String {
        "MODEL_lda-\(document)-T\(model.topics)-alpha\(thousandths(alpha))"
            + "-beta\(thousandths(model.beta))-effective_iter=\(model.effectiveIterations).json.gz"
    }

    /// Writes the dump into `folder`, whole or not at all.
    /// - Returns: its path.
    package func write(to folder: String) throws(FileError) -> String {
        let path = "\(folder)/\(fileName)"
        let words = Section(model.words, topics: model.topics)
        let names = documents.map { Section($0, topics: model.topics) }
        var file = try StreamedFile(path: path, isGzipped: true)
        try write(words, names, to: &file)
        try file.commit()
        return path
    }

    /// The base name; a store can hold anything.
    private var document: String {
        model.document.split(separator: "/").last.map { String($0.map { $0 == "\0" ? "_" : $0 }) } ?? "_"
    }

    private var alpha: Double {
        model.isSymmetric ? model.alpha[0] : model.alpha.reduce(0, +) / Double(model.topics)
    }

    private func write(_ words: Section, _ names: Section?, to file: inout StreamedFile) throws(FileError) {
        try file.write("{\"vocab_size\": \(model.vocabulary), \"beta\": ")
        try file.write(JSONValue.number(model.beta).line())
        try file.write(", \"w\": ")
        try words.write(to: &file)
        try file.write(", \"iterations\": \(model.iterations), \"alpha\": ")
        try file.write(JSONValue.number(alpha).line())
        try file.write(", \"model\": \"lda\", \"document\": ")
        try file.write(JSONValue.string(model.document).line())
        try file.write(", \"shards\": \(model.shards), \"topics\": \(model.topics), \"d\": ")
        if let names { try names.write(to: &file) } else { try file.write("{}") }
        try file.write("}")
    }

    /// C's "%.3f".
    private func thousandths(_ value: Double) -> String { PrintedNumber.fixed(value, digits: 3) }

    /// `w` or `d`, ready to be written from front to back.
    private struct Section {
        let cells: TopicMajorRows
        /// The labels as JSON, each with its colon.
        let keys: ByteStrings

        init(_ rows: LabelledRows, topics: Int) {
            cells = TopicMajorRows(rows.rows, topics: topics)
            keys = rows.labels.jsonKeys()
        }

        /// {topic: {label: amount}}
        func write(to file: inout StreamedFile) throws(FileError) {
            var separator = "{"
            for topic in 0..<cells.starts.count - 1 where cells.starts[topic] < cells.starts[topic + 1] {
                try file.write("\(separator)\"\(topic)\": {")
                separator = ", "
                for cell in cells.starts[topic]..<cells.starts[topic + 1] {
                    if cell > cells.starts[topic] { try file.write(", ") }
                    try file.write(keys[Int(cells.rows[cell])])
                    try file.write(decimal: Int(cells.amounts[cell]))
                }
                try file.write("}")
            }
            try file.write(separator == "{" ? "{}" : "}")
        }
    }
}
