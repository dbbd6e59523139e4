package import Corpus
import Counts

/// The order in which the words of a model are written so that they are in the order of a list (`--keep-word-order`).
/// Words that the list does not have come last, in their present order.
package struct WordOrder: Sendable {
    /// The present row of each word in the new order.
    let rows: [Int]
    /// The new row of each present row.
    let newRows: [Int]

    /// O(words log words + words of the list).
    package init(of labels: ByteStrings, by list: WordTable) {
        var places: [[UInt8]: Int] = [:]
        for place in 0..<list.count where places[list[place]] == nil { places[list[place]] = place }
        let keys = (0..<labels.count).map { places[Array(labels[$0])] ?? Int.max }
        rows = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        var newRows = [Int](repeating: 0, count: rows.count)
        for (new, row) in rows.enumerated() { newRows[row] = new }
        self.newRows = newRows
    }

    /// Returns the new row of a word.
    package func callAsFunction(_ row: Int) -> Int { row < newRows.count ? newRows[row] : row }
}

extension TopicModel {
    /// Returns the same model with its words in this order.
    package func ordered(by order: WordOrder) -> TopicModel {
        var model = self
        model.words = LabelledRows(
            WordList(order.rows.map { Array(words.labels[$0]) }), words.rows.selecting(order.rows))
        return model
    }
}
