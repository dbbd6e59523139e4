/// The formats a corpus can have; raw values are the spellings on the command line.
///
/// A new one is a case here, a file under `Formats/`, and a line in `LineParser` or `DocumentReader`.
package enum InputFormat: String, CaseIterable, Sendable {
    /// `name TAB word:count TAB word:count ...`, one document a line.
    case distLDA = "dist_lda"
    /// Running text, one document a line.
    case text
    /// MALLET's instances: `name label text`, one document a line.
    case mallet
    /// Blei's LDA-C: `N id:count id:count ...`, one document a line, words in a list beside.
    case ldaC = "lda_c"
    /// `label index:count index:count ... # comment`, one document a line.
    case svmlight
    /// A JSON object a line.
    case jsonl
    /// Records of fields between commas, with a header (RFC 4180).
    case csv
    /// The same between TABs.
    case tsv
    /// UCI's bag of words: D, W, entries; then `document word count` a line.
    case uci
    /// Matrix Market's coordinates.
    case matrixMarket = "matrix_market"
    /// A file of running text for each document.
    case folder

    /// Whether documents are running text, which has to be cut into words.
    package var isText: Bool {
        switch self {
        case .text, .mallet, .jsonl, .csv, .tsv, .folder: true
        case .distLDA, .ldaC, .svmlight, .uci, .matrixMarket: false
        }
    }
}
