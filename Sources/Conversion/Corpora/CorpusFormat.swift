/// What a corpus can be written as; raw values are the spellings on the command line, those of the formats that are read.
///
/// A new one is a case here, a file beside this one, and a line in `CorpusFile`.
package enum CorpusFormat: String, CaseIterable, Sendable {
    case distLDA = "dist_lda"
    case text
    case mallet
    case ldaC = "lda_c"
    case svmlight
    case jsonl
    case uci
    case matrixMarket = "matrix_market"

    /// The file of a corpus called `name`.
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

    /// The list of words beside it, where words are numbers.
    package func vocabularyName(_ name: String) -> String? {
        switch self {
        case .distLDA, .text, .mallet, .jsonl: nil
        case .ldaC, .svmlight, .matrixMarket: "\(name).vocab"
        case .uci: "vocab.\(name).txt"
        }
    }

    /// The list of documents' names beside it, where the format has no place for them.
    package func namesName(_ name: String) -> String? {
        switch self {
        case .distLDA, .mallet, .jsonl: nil
        case .text, .ldaC, .svmlight, .matrixMarket, .uci: "\(name).documents"
        }
    }
}
