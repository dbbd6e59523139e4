/// The formats in which a corpus can be written. The raw values are the spellings on the command line, the same as for
/// reading.
///
/// To add a format, add a case here, a function in `CorpusLine` and a line in `CorpusFile`.
package enum CorpusFormat: String, CaseIterable, Sendable {
    case distLDA = "dist_lda"
    case text
    case mallet
    case ldaC = "lda_c"
    case svmlight
    case jsonl
    case uci
    case matrixMarket = "matrix_market"

    /// Returns the file name of a corpus with the name `name`.
    package func fileName(_ name: String) -> String {
        switch self {
        case .distLDA: "\(name).lda"
        case .text: "\(name).txt"
        case .mallet: "\(name).mallet"
        case .ldaC: "\(name).ldac"
        case .svmlight: "\(name).svm"
        case .jsonl: "\(name).jsonl"
        case .uci: "docword.\(name).txt"
        case .matrixMarket: "\(name).mm"
        }
    }

    /// Returns the file name of the list of words, if words are numbers in this format.
    package func vocabularyName(_ name: String) -> String? {
        switch self {
        case .distLDA, .text, .mallet, .jsonl: nil
        case .ldaC, .svmlight, .matrixMarket: "\(name).vocab"
        case .uci: "vocab.\(name).txt"
        }
    }

    /// Returns the file name of the list of document names, if the format cannot hold them.
    package func namesName(_ name: String) -> String? {
        switch self {
        case .distLDA, .mallet, .jsonl: nil
        case .text, .ldaC, .svmlight, .matrixMarket, .uci: "\(name).documents"
        }
    }
}
