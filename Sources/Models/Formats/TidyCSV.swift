import Compression
import Files
import LDA

/// The tables of R's tidytext as CSV (RFC 4180, lines end with CR LF): `topic,term,beta` and `document,topic,gamma`,
/// with one row for every pair. beta = (n_wk + beta) / (n_k + beta V), gamma = (alpha_k + n_dk) / (sum of alpha + N_d).
/// Topics are numbered from 0, as in all formats.
///
/// Spreadsheets interpret a cell that begins with = + - @, a TAB or CR as a formula. Such a word or name is therefore
/// prefixed with an apostrophe. A word that already has apostrophes before such a character ('=x) is prefixed too, so
/// that removing one apostrophe from every cell of this kind restores every word.
enum TidyCSV: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model, .documents]
    static let fileNames: [String] = ["topic_term.csv", "doc_topic.csv"]

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        if let model = files.model { try write(model, to: folder.file("topic_term.csv")) }
        if let documents = files.documents {
            try write(
                documents, priors: files.priors, threshold: files.threshold, to: folder.file("doc_topic.csv"))
        }
    }

    private static func write(_ model: TopicModel, to path: String) throws(FileError) {
        var labels = ByteStrings()
        for word in 0..<model.vocabulary { labels.append(cell(model.words.labels[word])) }
        var file = try StreamedFile(path: path)
        try file.write("topic,term,beta\r\n")
        let table = TopicWordTable(model: model, labels: labels, separator: ",", lineEnd: "\r\n")
        try table.write(to: &file) { count, topic in model.probability(count: count, topic: topic) }
        try file.commit()
    }

    /// - Parameter threshold: Rows with a smaller share are omitted.
    private static func write(
        _ documents: any ModelDocuments, priors: Priors, threshold: Double?, to path: String
    ) throws {
        let proportions = Proportions(priors: priors)
        var file = try StreamedFile(path: path)
        try file.write("document,topic,gamma\r\n")
        try documents.visit(withTokens: false) { document in
            let head = cell(document.name[...]) + [UInt8(ascii: ",")]
            if let threshold {
                for (topic, share) in proportions.all(of: document).enumerated() where share >= threshold {
                    try file.write(head)
                    try file.write("\(topic),\(share)\r\n")
                }
            } else {
                try proportions.forEach(of: document) { topic, share throws(FileError) in
                    try file.write(head)
                    try file.write(decimal: topic)
                    try file.write(",")
                    try file.write(share)
                    try file.write("\r\n")
                }
            }
        }
        try file.commit()
    }

    /// Returns a word or name as a cell.
    static func cell(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let apostrophe = UInt8(ascii: "'")
        var cell = Array(text)
        if let first = text.first(where: { $0 != apostrophe }), "=+-@\t\r".utf8.contains(first) {
            cell.insert(apostrophe, at: 0)
        }
        guard cell.contains(where: { "\",\r\n".utf8.contains($0) }) else { return cell }
        var quoted = [UInt8(ascii: "\"")]
        for byte in cell {
            if byte == UInt8(ascii: "\"") { quoted.append(byte) }
            quoted.append(byte)
        }
        return quoted + [UInt8(ascii: "\"")]
    }
}
