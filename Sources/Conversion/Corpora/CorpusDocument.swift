/// A document on its way from one format to another.
package struct CorpusDocument: Sendable, Equatable {
    /// Its row, from 0.
    package var index: Int
    /// Empty if it has none.
    package var name: [UInt8]
    /// Empty if it has none.
    package var label: [UInt8]
    /// Words by their numbers, each with a count; a word may come several times, whose counts then add up.
    package var words: [UInt32]
    package var counts: [UInt32]

    package init(index: Int, name: [UInt8] = [], label: [UInt8] = [], words: [UInt32], counts: [UInt32]) {
        self.index = index
        self.name = name
        self.label = label
        self.words = words
        self.counts = counts
    }

    /// Its name, or its row from 1.
    var shownName: [UInt8] { name.isEmpty ? Array("\(index + 1)".utf8) : name }

    /// Its words, each once with the sum of its counts, by number; words that come no times are absent.
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
