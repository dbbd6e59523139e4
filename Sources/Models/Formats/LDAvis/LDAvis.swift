import Compression
import Counts
import Files
import JSON
import Platform

/// The data that LDAvis and pyLDAvis draw, as one JSON object whose columns are lists. Topics are in the order of the
/// model and numbered from 1 to K, as on the page.
///
/// - `mdsDat` {x, y, topics, cluster, Freq}: the map (`TopicDistances`); Freq is a percentage of all tokens.
/// - `tinfo` {Term, Freq, Total, Category, logprob, loglift}: first the R most salient terms in the category `Default`,
///   with Freq and Total rounded down and logprob and loglift from R down to 1; then, for each topic, the terms that
///   are among its R most relevant for some lambda, with logprob and loglift to four decimals.
/// - `token.table` {Topic, Freq, Term}: the share of each of these terms in each topic where its frequency is at least
///   half a token; sorted by term, then by topic.
/// - `R`, `lambda.step`, `plot.opts` {xlab, ylab}, `topic.order`.
enum LDAvis: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model]
    static let fileNames: [String] = ["ldavis.json"]

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let model = files.model else { return }
        try write(model, to: folder.file("ldavis.json"))
    }

    private static func write(_ model: TopicModel, to path: String) throws(FileError) {
        let terms = LDAvisTerms(model)
        let map = TopicDistances(model).plane()
        let salient = terms.salient()
        let relevant = terms.relevant()
        let tokens = Double(max(1, model.tokens))
        let numbers = (1...model.topics).map { JSONValue.integer($0) }

        var file = try StreamedFile(path: path)
        try file.write("{\"mdsDat\": ")
        let places: JSONValue = [
            "x": .array(map.x.map { .number($0) }), "y": .array(map.y.map { .number($0) }),
            "topics": .array(numbers), "cluster": .array(numbers.map { _ in 1 }),
            "Freq": .array(model.topicTotals.map { .number(Double($0) / tokens * 100) }),
        ]
        try file.write(places.line())
        try file.write(", \"tinfo\": ")
        try file.write(info(model, terms, salient, relevant).line())
        try file.write(", \"token.table\": ")
        try file.write(table(model, terms, Set(salient + relevant.joined())).line())
        let rest: JSONValue = [
            "R": .integer(terms.shown), "lambda.step": .number(LDAvisTerms.lambdaStep),
            "plot.opts": ["xlab": "PC1", "ylab": "PC2"], "topic.order": .array(numbers),
        ]
        try file.write(", ")
        try file.write(rest.line()[1...])
        try file.write("\n")
        try file.commit()
    }

    private static func info(
        _ model: TopicModel, _ terms: LDAvisTerms, _ salient: [Int], _ relevant: [[Int]]
    ) -> JSONValue {
        var columns = [[JSONValue]](repeating: [], count: 6)
        func add(_ word: Int, _ values: [JSONValue]) {
            columns[0].append(.bytes(Array(model.words.labels[word])))
            for (column, value) in values.enumerated() { columns[column + 1].append(value) }
        }
        for (rank, word) in salient.enumerated() {
            let (frequency, place) = (floor(terms.frequency(of: word)), JSONValue.integer(terms.shown - rank))
            add(word, [.number(frequency), .number(frequency), "Default", place, place])
        }
        for (topic, words) in relevant.enumerated() {
            let category = JSONValue.string("Topic\(topic + 1)")
            for word in words {
                let probability = terms.probability(of: word, topic: topic)
                add(
                    word,
                    [
                        .number(probability * Double(model.topicTotals[topic])), .number(terms.frequency(of: word)),
                        category, .number(rounded(log(probability))),
                        .number(rounded(terms.logLift(probability, of: word))),
                    ])
            }
        }
        let names = ["Term", "Freq", "Total", "Category", "logprob", "loglift"]
        return .object(zip(names, columns).map { (key: $0, value: .array($1)) })
    }

    private static func table(_ model: TopicModel, _ terms: LDAvisTerms, _ words: Set<Int>) -> JSONValue {
        var columns = [[JSONValue]](repeating: [], count: 3)
        let rows = model.words.rows
        for word in words.sorted(by: { model.words.labels.precedes($0, $1) }) {
            let label = JSONValue.bytes(Array(model.words.labels[word]))
            for cell in rows.range(of: word) {
                let topic = Int(rows.columns[cell])
                let frequency =
                    model.probability(count: rows.amounts[cell], topic: topic) * Double(model.topicTotals[topic])
                guard frequency >= 0.5 else { continue }
                columns[0].append(.integer(topic + 1))
                columns[1].append(.number(frequency.rounded(.toNearestOrEven) / terms.frequency(of: word)))
                columns[2].append(label)
            }
        }
        return .object(zip(["Topic", "Freq", "Term"], columns).map { (key: $0, value: .array($1)) })
    }

    /// Rounds to four decimals.
    private static func rounded(_ value: Double) -> Double { (value * 1e4).rounded(.toNearestOrEven) / 1e4 }
}
