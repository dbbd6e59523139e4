import Files
import LDA

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
