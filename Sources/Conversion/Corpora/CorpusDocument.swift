/// A document that is converted from one format to another.
package struct CorpusDocument: Sendable, Equatable {
    /// The document's row, from 0.
    package var index: Int
    /// The name; empty if the document has none.
    package var name: [UInt8]
    /// The label; empty if the document has none.
    package var label: [UInt8]
    /// The words by number, each with a count. If a word occurs several times, its counts are added.
    package var words: [UInt32]
    package var counts: [UInt32]

    package init(index: Int, name: [UInt8] = [], label: [UInt8] = [], words: [UInt32], counts: [UInt32]) {
        self.index = index
        self.name = name
        self.label = label
        self.words = words
        self.counts = counts
    }

    /// The document's name or, without one, its row, from 1.
    var shownName: [UInt8] { name.isEmpty ? Array("\(index + 1)".utf8) : name }

    /// The words sorted by number, each once with the sum of its counts, without words whose count is 0.
    var cells: [(word: UInt32, count: Int)] {
        var cells: [(word: UInt32, count: Int)] = []
        for place in words.indices.sorted(by: { words[$0] < words[$1] }) where counts[place] > 0 {
            if let last = cells.indices.last, cells[last].word == words[place] {
                cells[last].count += Int(counts[place])
            } else {
                cells.append((words[place], Int(counts[place])))
            }
        }
        return cells
    }
}
