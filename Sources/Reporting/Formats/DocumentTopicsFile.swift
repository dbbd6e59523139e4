import Files
import LDA

/// MALLET's document topics: one line per document, with p_k = (alpha_k + n_dk) / (sum of alpha + N_d).
///
/// - Without a threshold: `index TAB name TAB p_0 TAB ... TAB p_(K-1)`, without a header.
/// - With a threshold: a header `#doc name topic proportion ...`, then `index TAB name TAB topic TAB p TAB ...` with
///   the topics of at least that share and a TAB at the end of the line, the largest share first, equal shares by
///   topic.
enum DocumentTopicsFile {
    static let fileName = "doc_topics.txt"

    /// Returns the number of names that contained white space.
    static func write(
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

/// Computes the shares of the topics of a document, smoothed by alpha.
struct Proportions {
    let priors: Priors

    /// Returns the share of each topic.
    func all(of document: ModelDocument) -> [Double] {
        let (alpha, total) = (priors.alpha, Double(document.length) + priors.alphaSum)
        var shares = alpha.map { $0 / total }
        for (topic, count) in zip(document.topics, document.counts) {
            shares[Int(topic)] = (alpha[Int(topic)] + Double(count)) / total
        }
        return shares
    }

    /// Visits all topics with their shares as text. Most topics of a document have no tokens. If alpha is the same for
    /// all topics, the share of these is the same too and is formatted only once.
    func forEach(
        of document: ModelDocument, _ body: (_ topic: Int, _ share: [UInt8]) throws(FileError) -> Void
    ) throws(FileError) {
        let (alpha, total) = (priors.alpha, Double(document.length) + priors.alphaSum)
        let absent = priors.symmetricAlpha.map { Array("\($0 / total)".utf8) }
        var cell = 0
        for topic in alpha.indices {
            if cell < document.topics.count, Int(document.topics[cell]) == topic {
                try body(topic, Array("\((alpha[topic] + Double(document.counts[cell])) / total)".utf8))
                cell += 1
            } else {
                try body(topic, absent ?? Array("\(alpha[topic] / total)".utf8))
            }
        }
    }
}
