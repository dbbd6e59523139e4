import JSON
import Models

/// Formats a document as one line, for the formats with one document per line.
///
/// In formats in which white space would split words, words are written as returned by `plain`. In dist_lda, which
/// splits at TABs, and in JSON they are written as they are.
enum CorpusLine {
    /// Returns the word of a number.
    typealias Label = (UInt32) -> [UInt8]

    private static let blank = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    /// `name TAB word:count TAB word:count ...`; a TAB or a line end in a word or name is replaced by `_`.
    static func distLDA(_ document: CorpusDocument, _ word: Label, to line: inout [UInt8]) {
        line += untabbed(document.shownName)
        for cell in document.cells {
            line.append(tab)
            line += untabbed(word(cell.word))
            line += ":\(cell.count)".utf8
        }
    }

    private static func untabbed(_ text: [UInt8]) -> [UInt8] {
        text.map { $0 == tab || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: "_") : $0 }
    }

    /// Returns whether a word is written in changed form in dist_lda.
    static func isSplit(_ text: [UInt8]) -> Bool { untabbed(text) != text }

    /// Words separated by spaces, each repeated as often as it occurs.
    static func text(_ document: CorpusDocument, _ plain: Label, to line: inout [UInt8]) {
        let start = line.count
        for (word, count) in zip(document.words, document.counts) {
            let label = plain(word)
            for _ in 0..<count {
                if line.count > start { line.append(blank) }
                line += label
            }
        }
    }

    /// `name label text`; the label X is used for a document without a label.
    static func mallet(_ document: CorpusDocument, _ plain: Label, to line: inout [UInt8]) {
        line += PlainLabels.replacing(document.shownName[...])
        line.append(blank)
        let label = document.label.isEmpty ? [UInt8(ascii: "X")] : PlainLabels.replacing(document.label[...])
        line += label
        line.append(blank)
        let start = line.count
        text(document, plain, to: &line)
        // The separator before the text consists of white space and commas, so a comma at the start of the text would
        // be read as part of it.
        var place = start
        while place < line.count, line[place] == UInt8(ascii: ",") {
            line[place] = UInt8(ascii: "_")
            place += 1
        }
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
