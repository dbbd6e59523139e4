import Compression
import Counts
import JSON
import LDA
import Platform

/// MALLET's diagnostics: measures of the quality of each topic, as XML, with MALLET's names and definitions, where
/// p_w = n_wk / n_k:
///
/// - `tokens`: n_k.
/// - `document_entropy`: the entropy of the distribution of the topic's tokens over documents.
/// - `word-length`: the mean number of characters of the top 20 words.
/// - `coherence`: the sum over pairs of top words of log((D(w, v) + beta) / (D(v) + beta)), where v is the more
///   frequent word and D(...) the number of documents in which the words have tokens in this topic. The coherence of a
///   word is the minimum over its pairs.
/// - `uniform_dist`, `corpus_dist`: the Kullback-Leibler divergence from the uniform distribution over words, and from
///   the distribution of the corpus.
/// - `eff_num_words`: 1 / the sum of p_w^2.
/// - `token-doc-diff`: the Jensen-Shannon divergence between the distributions of the top words' tokens and documents.
/// - `rank_1_docs`: the share of the documents with the topic in which it is the most frequent topic.
/// - `allocation_ratio`: the number of documents with at least fifty per cent of the topic, divided by the number with
///   at least two per cent.
/// - `allocation_count`: the share of the documents with the topic that have at least thirty per cent of it.
/// - `exclusivity`: the mean over the top words of phi_wk / the sum of phi_w over topics.
///
/// Measures that need the topics of documents are omitted if these are not known, and measures that need the topics of
/// tokens (`coherence`, `token-doc-diff`, the `docs` of a word) if those are not. Deviations from MALLET: `<` is
/// written as `&lt;`; the mean word length is taken over the words that exist; a quotient with a divisor of zero is 0.
enum Diagnostics: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model]
    static let fileNames: [String] = ["diagnostics.xml"]
    static let readsDocuments = true
    private static let words = 20

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let model = files.model else { return }
        try write(model, documents: files.documents, to: folder.file("diagnostics.xml"))
    }

    private static func write(_ model: TopicModel, documents: (any ModelDocuments)?, to path: String) throws {
        let top = RankedWords(model.words, topics: model.topics, count: words).topics
        let counts = try documents.map { documents in
            try DiagnosticCounts(documents, priors: model.priors, top: top, words: words)
        }
        let scores = TopicScores(model)
        var file = try StreamedFile(path: path)
        try file.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model>\n")
        for topic in 0..<model.topics {
            let members = top[topic].map { scores.word($0, topic: topic) }
            let pairs = counts.flatMap { PairScores($0, top[topic], topic: topic, beta: model.priors.beta) }
            try file.write("<topic id='\(topic)'")
            for (name, value) in attributes(topic, members, scores, counts, pairs) {
                try file.write(" \(name)='\(PrintedNumber.fixed(value, digits: 4))'")
            }
            try file.write(">\n")
            var cumulative = 0.0
            for (rank, word) in members.enumerated() {
                cumulative += word.probability
                try file.write("<word rank='\(rank + 1)' count='\(word.count)'")
                try file.write(" prob='\(PrintedNumber.fixed(word.probability, digits: 5))'")
                try file.write(" cumulative='\(PrintedNumber.fixed(cumulative, digits: 5))'")
                if let pairs { try file.write(" docs='\(pairs.documents[rank])'") }
                for (name, value) in attributes(of: word, rank, pairs) {
                    try file.write(" \(name)='\(PrintedNumber.fixed(value, digits: 4))'")
                }
                try file.write(">\(escaped(model.words.labels[word.row]))</word>\n")
            }
            try file.write("</topic>\n")
        }
        try file.write("</model>\n")
        try file.commit()
    }

    private typealias Attributes = [(name: String, value: Double)]

    private static func attributes(
        _ topic: Int, _ words: [TopicScores.Word], _ scores: TopicScores, _ counts: DiagnosticCounts?,
        _ pairs: PairScores?
    ) -> Attributes {
        let tokens = Double(scores.model.topicTotals[topic])
        func mean(_ value: (TopicScores.Word) -> Double) -> Double {
            words.isEmpty ? 0 : words.reduce(0) { $0 + value($1) } / Double(words.count)
        }
        var all: Attributes = [("tokens", tokens)]
        if let counts {
            all.append(("document_entropy", tokens > 0 ? log(tokens) - counts.countTimesLog[topic] / tokens : 0))
        }
        all.append(("word-length", mean { Double($0.length) }))
        if let pairs { all.append(("coherence", pairs.coherence.reduce(0) { $0 + $1.sum })) }
        all.append(("uniform_dist", scores.fromUniform[topic]))
        all.append(("corpus_dist", scores.fromCorpus[topic]))
        all.append(("eff_num_words", scores.squares[topic] > 0 ? 1 / scores.squares[topic] : 0))
        if let pairs { all.append(("token-doc-diff", pairs.discrepancies.reduce(0, +))) }
        if let counts {
            func ratio(_ above: Int, _ below: Int) -> Double { below > 0 ? Double(above) / Double(below) : 0 }
            all.append(("rank_1_docs", ratio(counts.ranked[topic], counts.present[topic])))
            all.append(("allocation_ratio", ratio(counts.withFiftyPercent[topic], counts.withTwoPercent[topic])))
            all.append(("allocation_count", ratio(counts.withThirtyPercent[topic], counts.present[topic])))
        }
        all.append(("exclusivity", mean(\.exclusivity)))
        return all
    }

    private static func attributes(of word: TopicScores.Word, _ rank: Int, _ pairs: PairScores?) -> Attributes {
        var all: Attributes = [("word-length", Double(word.length))]
        if let pairs { all.append(("coherence", pairs.coherence[rank].least)) }
        all += [("uniform_dist", word.fromUniform), ("corpus_dist", word.fromCorpus)]
        if let pairs { all.append(("token-doc-diff", pairs.discrepancies[rank])) }
        all.append(("exclusivity", word.exclusivity))
        return all
    }

    /// Returns a word as the text of an element; characters that XML cannot hold are escaped as in
    /// `UTF8Text.printable`.
    private static func escaped(_ word: ArraySlice<UInt8>) -> String {
        UTF8Text.printable(word.span).unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\u{FFFE}": text += "\\xef\\xbf\\xbe"
            case "\u{FFFF}": text += "\\xef\\xbf\\xbf"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

/// The measures of topics that depend only on the counts of words.
private struct TopicScores {
    struct Word {
        let row: Int
        let count: UInt32
        let length: Int
        let probability: Double
        let fromUniform: Double
        let fromCorpus: Double
        let exclusivity: Double
    }

    let model: TopicModel
    /// n_w, the number of tokens of each word.
    private let wordTotals: [Double]
    /// The measures of each topic.
    private(set) var fromUniform: [Double]
    private(set) var fromCorpus: [Double]
    private(set) var squares: [Double]
    /// The sum over topics of phi for a word without tokens.
    private let bases: Double

    init(_ model: TopicModel) {
        self.model = model
        let rows = model.words.rows
        wordTotals = (0..<rows.count).map { rows.range(of: $0).reduce(0) { $0 + Double(rows.amounts[$1]) } }
        bases = (0..<model.topics).reduce(0) { $0 + model.probability(count: 0, topic: $1) }
        fromUniform = Array(repeating: 0, count: model.topics)
        (fromCorpus, squares) = (fromUniform, fromUniform)
        for row in 0..<rows.count {
            for cell in rows.range(of: row) {
                let topic = Int(rows.columns[cell])
                let parts = divergences(row, rows.amounts[cell], topic)
                fromUniform[topic] += parts.uniform
                fromCorpus[topic] += parts.corpus
                squares[topic] += parts.probability * parts.probability
            }
        }
    }

    func word(_ word: RankedWords.Word, topic: Int) -> Word {
        let parts = divergences(word.row, word.count, topic)
        let rows = model.words.rows
        let sum = rows.range(of: word.row).reduce(bases) { sum, cell in
            let topic = Int(rows.columns[cell])
            return sum + model.probability(count: rows.amounts[cell], topic: topic)
                - model.probability(count: 0, topic: topic)
        }
        return Word(
            row: word.row, count: word.count,
            length: String(decoding: model.words.labels[word.row], as: UTF8.self).unicodeScalars.count,
            probability: parts.probability, fromUniform: parts.uniform, fromCorpus: parts.corpus,
            exclusivity: model.probability(count: word.count, topic: topic) / sum)
    }

    private func divergences(
        _ row: Int, _ count: UInt32, _ topic: Int
    ) -> (probability: Double, uniform: Double, corpus: Double) {
        let probability = Double(count) / Double(model.topicTotals[topic])
        return (
            probability, probability * log(probability * Double(model.vocabulary)),
            probability * log(probability * Double(model.tokens) / wordTotals[row])
        )
    }
}

/// The measures of a topic that depend on the documents of its top words.
private struct PairScores {
    /// By rank, the number of documents in which the word has a token in the topic.
    let documents: [Int]
    /// By rank, the sum and the minimum over all pairs with a more frequent word.
    let coherence: [(sum: Double, least: Double)]
    let discrepancies: [Double]

    /// Returns nil if the topics of tokens are not known.
    init?(_ counts: DiagnosticCounts, _ words: [RankedWords.Word], topic: Int, beta: Double) {
        guard !counts.together.isEmpty else { return nil }
        let matrix = counts.together[topic]
        let found = words.indices.map { matrix[$0 * counts.words + $0] }
        documents = found
        coherence = words.indices.map { row in
            (0..<row).reduce((sum: 0.0, least: 0.0)) { score, column in
                let both = Double(matrix[row * counts.words + column])
                let pair = log((both + beta) / (Double(found[column]) + beta))
                return (score.sum + pair, min(score.least, pair))
            }
        }
        let tokens = words.reduce(0.0) { $0 + Double($1.count) }
        let sum = Double(max(1, found.reduce(0, +)))
        discrepancies = words.indices.map { rank in
            let (p, q) = (Double(words[rank].count) / tokens, Double(found[rank]) / sum)
            let mean = (p + q) / 2
            return (p > 0 ? p * log(p / mean) / 2 : 0) + (q > 0 ? q * log(q / mean) / 2 : 0)
        }
    }
}
