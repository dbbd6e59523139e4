import Compression
import Files
import LDA

/// MALLET's document topics: one line per document, with p_k = (alpha_k + n_dk) / (sum of alpha + N_d).
///
/// - Without a threshold: `index TAB name TAB p_0 TAB ... TAB p_(K-1)`, without a header.
/// - With a threshold: a header `#doc name topic proportion ...`, then `index TAB name TAB topic TAB p TAB ...` with
///   the topics of at least that share and a TAB at the end of the line, the largest share first, equal shares by
///   topic.
enum DocumentTopicsFile: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.documents]
    static let fileNames: [String] = ["doc_topics.txt"]

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let documents = files.documents else { return }
        let replaced = try write(
            documents, priors: files.priors, threshold: files.threshold, to: folder.file("doc_topics.txt"))
        folder.note(replacedNames: replaced)
    }

    /// Returns the number of names that contained white space.
    private static func write(
        _ documents: any ModelDocuments, priors: Priors, threshold: Double?, to path: String
    ) throws -> Int {
        var file = try StreamedFile(path: path)
        var replaced = 0
        if threshold != nil { try file.write("#doc name topic proportion ...\n") }
        let proportions = Proportions(priors: priors)
        try documents.visit(withTokens: false) { document in
            try file.write(decimal: document.index)
            try file.write("\t")
            let isPlain = PlainLabels.isPlain(document.name[...])
            if !isPlain { replaced += 1 }
            try file.write(isPlain ? document.name : PlainLabels.replacing(document.name[...]))
            if let threshold {
                try file.write("\t")
                let kept = proportions.all(of: document).enumerated().filter { $0.element >= threshold }
                for (topic, share) in kept.sorted(by: { ($1.element, $0.offset) < ($0.element, $1.offset) }) {
                    try file.write("\(topic)\t\(share)\t")
                }
            } else {
                try proportions.forEach(of: document) { _, share throws(FileError) in
                    try file.write("\t")
                    try file.write(share)
                }
            }
            try file.write("\n")
        }
        try file.commit()
        return replaced
    }
}
