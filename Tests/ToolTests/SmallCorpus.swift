/// A corpus in the dist_lda format whose words belong to two themes. Its counts are computed, not read.
struct SmallCorpus {
    let lines: [String]
    /// The number of tokens of each word, and of each document.
    let wordTotals: [String: Int]
    let documentTotals: [String: Int]

    /// Creates the corpus. Document d has the name "d" and its number, and 4 cells with words of theme d mod 2, each
    /// with a count from 1 to 3.
    init(documents: Int = 48, wordsOfTheme: Int = 12) {
        var (lines, words, totals) = ([String](), [String: Int](), [String: Int]())
        for document in 0..<documents {
            var line = "d\(document)"
            for cell in 0..<4 {
                let word = "w\(document % 2)-\((document + cell * cell) % wordsOfTheme)"
                let count = 1 + (document + cell) % 3
                line += "\t\(word):\(count)"
                words[word, default: 0] += count
                totals["d\(document)", default: 0] += count
            }
            lines.append(line)
        }
        (self.lines, wordTotals, documentTotals) = (lines, words, totals)
    }

    var text: String { lines.map { "\($0)\n" }.joined() }
    var bytes: [UInt8] { Array(text.utf8) }
    var tokens: Int { wordTotals.values.reduce(0, +) }
}
