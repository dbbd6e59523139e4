/// A corpus in dist_lda's form whose words fall into two themes, known without being read.
struct SmallCorpus {
    let lines: [String]
    /// Tokens by word, and by document.
    let wordTotals: [String: Int]
    let documentTotals: [String: Int]

    /// Document d is of theme d mod 2, has 4 of the theme's words, each once to three times, and is called "d" and its
    /// number.
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
