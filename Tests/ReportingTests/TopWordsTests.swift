import Counts
import Models
import Reporting
import TestSupport
import Testing

@Suite("Top words")
struct TopWordsTests {
    private let store = InMemoryCountStore(run: "tiny")

    private func snapshot(_ rows: FilledLedger.Rows, topics: Int) throws -> ModelSnapshot {
        let ledger = try FilledLedger(in: store, topics: topics, blocks: 5)
        try ledger.put(rows)
        return try ModelSnapshot.take(from: store, manifest: ledger.manifest)
    }

    @Test("The top words are the first ones when all words are sorted", arguments: 1...12)
    func agreesWithSorting(count: Int) throws {
        let rows: FilledLedger.Rows = (0..<40).map { index in
            (name: "w\(index)", counts: [UInt32(index * 7 % 11), UInt32(index % 3), 0])
        }
        let snapshot = try snapshot(rows, topics: 3)
        let top = TopWords(snapshot, count: count)
        #expect(try TopWords.read(from: store, manifest: snapshot.manifest, count: count) == top, "block by block")
        for topic in 0..<3 {
            let sorted = rows.filter { $0.counts[topic] > 0 }.sorted {
                ($1.counts[topic], Array($0.name.utf8)[...]) < ($0.counts[topic], Array($1.name.utf8)[...])
            }
            #expect(
                top.topics[topic].words.map { String(decoding: $0.bytes, as: UTF8.self) }
                    == sorted.prefix(count).map(\.name))
            #expect(top.topics[topic].words.map(\.count) == sorted.prefix(count).map { Int($0.counts[topic]) })
        }
    }

    @Test("A line has the topic, its share of the tokens, and words that are safe for a terminal")
    func lines() throws {
        let top = try TopWords(
            snapshot([("ape", [5, 1]), ("\u{1B}", [1, 0]), ("bee", [1, 0])], topics: 3), count: 10)
        #expect(top.lines == [#"0   87.5%  ape \x1b bee"#, "1   12.5%  ape", "2    0.0%  "])
    }
}

/// Compares by count, then by bytes.
private func < (left: (UInt32, ArraySlice<UInt8>), right: (UInt32, ArraySlice<UInt8>)) -> Bool {
    left.0 != right.0 ? left.0 < right.0 : left.1.lexicographicallyPrecedes(right.1)
}
