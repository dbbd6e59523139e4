/// The formats of a corpus; raw values are the spellings on the command line.
///
/// A new format needs a case here, a file under `Formats/`, a line in `LineParser` or `DocumentReader`, and the endings
/// of its files in `Detection/FileName`.
package enum InputFormat: String, CaseIterable, Sendable {
    /// `name TAB word:count TAB word:count ...`, one document per line.
    case distLDA = "dist_lda"
    /// Running text, one document per line.
    case text
    /// MALLET's instances: `name label text`, one document per line.
    case mallet
    /// Blei's LDA-C: `N id:count id:count ...`, one document per line; the words are in a separate list.
    case ldaC = "lda_c"
    /// `label index:count index:count ... # comment`, one document per line.
    case svmlight
    /// One JSON object per line.
    case jsonl
    /// Records of fields separated by commas, with a header (RFC 4180).
    case csv
    /// The same with fields separated by TABs.
    case tsv
    /// UCI's bag of words: lines with D, W and the number of entries, then one `document word count` per line.
    case uci
    /// Matrix Market's coordinate format.
    case matrixMarket = "matrix_market"
    /// One file of running text per document.
    case folder

    /// Whether documents are running text, which has to be split into words.
    package var isText: Bool {
        switch self {
        case .text, .mallet, .jsonl, .csv, .tsv, .folder: true
        case .distLDA, .ldaC, .svmlight, .uci, .matrixMarket: false
        }
    }

    /// The formats in which words are numbers, which refer to a list.
    static let numbered: [InputFormat] = [.ldaC, .uci, .matrixMarket, .svmlight]
}
