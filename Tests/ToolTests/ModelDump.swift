import Foundation
import Testing

/// A dump as other programs read it: topic: label: count.
struct ModelDump {
    typealias Table = [String: [String: Int]]

    let words: Table
    let documents: Table
    let fields: [String: Any]

    init(path: String) throws {
        fields = try WrittenJSON.object(path)
        words = try #require(fields["w"] as? Table)
        documents = try #require(fields["d"] as? Table)
    }

    /// Returns the paths of all dumps in `folder`.
    static func paths(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("MODEL_lda-") }.sorted()
            .map { "\(folder)/\($0)" }
    }

    /// Reads the only dump in `folder`.
    init(in folder: String) throws {
        let paths = try Self.paths(in: folder)
        try #require(paths.count == 1, "\(paths)")
        try self.init(path: paths[0])
    }

    /// The number of tokens of each word, which must equal that in the corpus whatever the topics are.
    var wordTotals: [String: Int] { Self.totals(words) }
    /// The number of tokens of each document.
    var documentTotals: [String: Int] { Self.totals(documents) }

    private static func totals(_ table: Table) -> [String: Int] {
        table.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }
}
