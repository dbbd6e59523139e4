/// A property of the input that may be a mistake, and with which it is read nevertheless.
package enum CorpusWarning: Equatable, Sendable {
    /// Words of a list are equal to earlier ones.
    case equalWords(file: String, count: Int)
    /// Names in a list of features are equal to earlier ones and were made unique.
    case renamedFeatures(file: String, count: Int)
    /// A list of features has several types, and all are read; `types` lists them with their numbers.
    case featureTypes(file: String, types: String)
    /// All lines of a text have the same number of columns, with this separator.
    case table(file: String, separator: String, columns: Int)
    /// Neither the words of a matrix nor the direction of its rows are known.
    case unknownMatrix(file: String)
}

extension CorpusWarning: CustomStringConvertible {
    package var description: String {
        switch self {
        case .equalWords(let file, let count):
            (count == 1
                ? "a word in \(file) is equal to an earlier one"
                : "\(count) words in \(file) are equal to earlier ones")
                + "; the counts of equal words are added"
        case .renamedFeatures(let file, let count):
            (count == 1
                ? "a name in \(file) is equal to an earlier one"
                : "\(count) names in \(file) are equal to earlier ones")
                + "; -1, -2 ... is added to such names, unless --feature-names=id is given"
        case .featureTypes(let file, let types):
            "\(file) has features of several types (\(types)), and all are read: choose some with --feature-types"
        case .table(let file, let separator, let columns):
            "the first lines of \(file) all have \(columns) columns separated by \(separator), like a table, but are "
                + "read as text: if it is one, give --input-format=\(separator == "TABs" ? "tsv" : "csv") and "
                + "--text-field; a matrix of counts can be read as matrix_market"
        case .unknownMatrix(let file):
            "no list of words was found for \(file): its rows are read as documents, and the numbers of its columns as "
                + "words; give --mm-rows and --word-list"
        }
    }
}
