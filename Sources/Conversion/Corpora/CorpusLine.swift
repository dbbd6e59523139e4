import JSON
import Models

/// Formats a document as one line, for the formats with one document per line.
///
/// Words are written as `form` returns them.
enum CorpusLine {
    /// Returns the word of a number.
    typealias Label = (UInt32) -> [UInt8]

    private static let blank = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    /// Returns a word in the form in which a format writes it: in JSON as it is, in dist_lda with `_` in the place of
    /// TABs and line ends, in the other formats and their lists of words with `_` in the place of white space. MALLET
    /// would read a comma at the start of the text as a separator, so there it is also replaced at the start of a word.
    static func form(of word: [UInt8], in format: CorpusFormat) -> [UInt8] {
        switch format {
        case .jsonl: return word
        case .distLDA: return untabbed(word)
        case .text, .ldaC, .svmlight, .uci, .matrixMarket: return PlainLabels.replacing(word[...])
        case .mallet:
            let plain = PlainLabels.replacing(word[...])
            let commas = plain.prefix { $0 == UInt8(ascii: ",") }.count
            return Array(repeating: UInt8(ascii: "_"), count: commas) + plain[commas...]
        }
    }

    /// `name TAB word:count TAB word:count ...`; a TAB or a line end in a name is replaced by `_`.
    static func distLDA(_ document: CorpusDocument, _ form: Label, to line: inout [UInt8]) {
        line += untabbed(document.shownName)
        for cell in document.cells {
            line.append(tab)
            line += form(cell.word)
            line += ":\(cell.count)".utf8
        }
    }

    static func untabbed(_ text: [UInt8]) -> [UInt8] {
        text.map { $0 == tab || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: "_") : $0 }
    }

    /// Words separated by spaces, each repeated as often as it occurs.
    static func text(_ document: CorpusDocument, _ form: Label, to line: inout [UInt8]) {
        let start = line.count
        for (word, count) in zip(document.words, document.counts) {
            let label = form(word)
            for _ in 0..<count {
                if line.count > start { line.append(blank) }
                line += label
            }
        }
    }

    /// `name label text`; the label X is used for a document without a label.
    static func mallet(_ document: CorpusDocument, _ form: Label, to line: inout [UInt8]) {
        line += PlainLabels.replacing(document.shownName[...])
        line.append(blank)
        let label = document.label.isEmpty ? [UInt8(ascii: "X")] : PlainLabels.replacing(document.label[...])
        line += label
        line.append(blank)
        text(document, form, to: &line)
    }

    /// `N id:count id:count ...`, ids from 0.
    static func ldaC(_ document: CorpusDocument, to line: inout [UInt8]) {
        let cells = document.cells
        line += "\(cells.count)".utf8
        for cell in cells { line += " \(cell.word):\(cell.count)".utf8 }
    }

    /// `label index:count ...`, with ascending indices from 1; the label 0 is used for a document without a label. In a
    /// label, a colon, which would make it an index, and a #, which would begin a comment, are replaced by `_`.
    static func svmlight(_ document: CorpusDocument, to line: inout [UInt8]) {
        let label = document.label.isEmpty ? [UInt8(ascii: "0")] : PlainLabels.replacing(document.label[...])
        line += label.map { ":#".utf8.contains($0) ? UInt8(ascii: "_") : $0 }
        for cell in document.cells { line += " \(cell.word + 1):\(cell.count)".utf8 }
    }

    /// `{"id": name, "text": [word, word, ...]}`, each word repeated as often as it occurs.
    static func jsonl(_ document: CorpusDocument, _ word: Label, to line: inout [UInt8]) {
        line += "{\"id\": ".utf8
        JSONText.append(document.shownName.span, to: &line)
        line += ", \"text\": [".utf8
        var isFirst = true
        for (number, count) in zip(document.words, document.counts) {
            let label = word(number)
            for _ in 0..<count {
                if !isFirst { line += ", ".utf8 }
                isFirst = false
                JSONText.append(label.span, to: &line)
            }
        }
        line += "]}".utf8
    }
}
