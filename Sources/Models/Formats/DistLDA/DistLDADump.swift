import Compression
package import Files
import Hashing
import JSON
package import LDA
import Platform

/// The model in the dump format of dist_lda (2011), so that programs that read its dumps can read ours.
///
/// File name: `MODEL_lda-DOCUMENT-T<topics>-alpha<%.3f>-beta<%.3f>-effective_iter=<n>.json.gz`, where DOCUMENT is the
/// base name of the document file and n = iterations / shards, rounded down. A prior that has more than three decimals
/// is written with all of its digits, so that two models with different priors have different names (the original
/// rounds it). If the name would be longer than file systems allow, DOCUMENT is its beginning, `-` and 16 hexadecimal
/// digits of its hash. The file is one gzip member that holds one
/// JSON object, with the order and the spacing of the original, without a newline at the end:
///
///     {"vocab_size": 2, "beta": 0.1, "w": {"0": {"x": 2}, "1": {"y": 1, "x": 1}}, "iterations": 2, "alpha": 0.1,
///      "model": "lda", "document": "m.txt", "shards": 1, "topics": 2, "d": {"0": {"d1": 2}, "1": {"d0": 2}}}
///
/// - `w`: the count of each word, by topic. `d`: the count of each document, by topic; empty unless the shards
///   published documents. Topics are numbered from 0 and in ascending order; topics without tokens are absent, and
///   counts are never zero. Strings are encoded by `JSONText`.
/// - `iterations`: the sum of the sweeps of all shards. `vocab_size`: the number of words (null in the original, a
///   bug). `alpha`, `beta`: the fewest digits that read back as the same double.
///
/// A dump has one alpha; if the topics have different ones, it is their mean.
/// Memory in addition to the model: 8 bytes per cell of `w` and of `d`, and their labels as JSON. All of it is
/// allocated before the file is created; after that, only buffers of fixed size are needed.
package struct DistLDADump: ModelWriter, Sendable {
    static let parts: Set<ModelFormat.Part> = [.model]
    static let fileNames: [String] = []
    package let model: TopicModel
    /// The contents of `d`; if nil, `d` is empty.
    package let documents: LabelledRows?

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let model = files.model else { return }
        let dump = DistLDADump(model, documents: files.publishedDocuments)
        _ = folder.file(dump.fileName)
        _ = try dump.write(to: folder.path)
    }

    package init(_ model: TopicModel, documents: LabelledRows? = nil) {
        self.model = model
        self.documents = documents
    }

    package var fileName: String {
        Self.fileName(document: model.document, priors: model.priors, iterations: model.effectiveIterations)
    }

    /// Returns the name of a dump, which is known before training.
    package static func fileName(document: String, priors: Priors, iterations: Int) -> String {
        let settings = "-T\(priors.topics)-alpha\(text(priors.alphaMean))-beta\(text(priors.beta))"
        let ending = "-effective_iter=\(iterations).json.gz"
        // The dumps of a run keep the same beginning when the number of iterations gets more digits.
        let longest = longestName - "MODEL_lda-\(settings)-effective_iter=\(Int.max).json.gz".utf8.count
        return "MODEL_lda-\(shortened(baseName(document), to: longest))\(settings)\(ending)"
    }

    /// The most bytes of a file name on the usual file systems.
    private static let longestName = 255

    private static func shortened(_ name: String, to count: Int) -> String {
        guard name.utf8.count > count else { return name }
        let hash = Hexadecimal.text(XXH64.hash(Array(name.utf8).span.bytes))
        var beginning = name[...]
        while beginning.utf8.count + 1 + hash.utf8.count > count { beginning.removeLast() }
        return "\(beginning)-\(hash)"
    }

    /// The base name, made safe for a file name, because the name in a store can hold any characters.
    private static func baseName(_ document: String) -> String {
        document.split(separator: "/").last.map { String($0.map { $0 == "\0" ? "_" : $0 }) } ?? "_"
    }

    /// Formats a prior as C's "%.3f" does, or with more digits if it has more.
    private static func text(_ prior: Double) -> String {
        let rounded = PrintedNumber.fixed(prior, digits: 3)
        return Double(rounded) == prior ? rounded : "\(prior)"
    }

    /// Writes the dump to `folder`, completely or not at all.
    /// - Returns: The path of the file.
    package func write(to folder: String) throws(FileError) -> String {
        let path = "\(folder)/\(fileName)"
        let words = Section(model.words, topics: model.topics)
        let names = documents.map { Section($0, topics: model.topics) }
        var file = try StreamedFile(path: path, isGzipped: true)
        try write(words, names, to: &file)
        try file.commit()
        return path
    }

    private func write(_ words: Section, _ names: Section?, to file: inout StreamedFile) throws(FileError) {
        try file.write("{\"vocab_size\": \(model.vocabulary), \"beta\": ")
        try file.write(JSONValue.number(model.priors.beta).line())
        try file.write(", \"w\": ")
        try words.write(to: &file)
        try file.write(", \"iterations\": \(model.iterations), \"alpha\": ")
        try file.write(JSONValue.number(model.priors.alphaMean).line())
        try file.write(", \"model\": \"lda\", \"document\": ")
        try file.write(JSONValue.string(model.document).line())
        try file.write(", \"shards\": \(model.shards), \"topics\": \(model.topics), \"d\": ")
        if let names { try names.write(to: &file) } else { try file.write("{}") }
        try file.write("}")
    }

    /// `w` or `d`, prepared for writing from front to back.
    private struct Section {
        let cells: TopicMajorRows
        /// The labels as JSON, each with its colon.
        let keys: ByteStrings

        init(_ rows: LabelledRows, topics: Int) {
            cells = TopicMajorRows(rows.rows, topics: topics)
            keys = rows.labels.jsonKeys()
        }

        /// Writes {topic: {label: amount}}.
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
