/// What is wrong with a line, beyond a cell of it.
package enum FormatFault: Error, Equatable, Sendable {
    /// What should stand here.
    case expected(String)
    /// The line says how many cells it has, and has another number of them.
    case wrongCellCount(said: String, found: Int)
    /// A number that stands for a document or a word is not among `1...count`, or `0..<count` where numbers begin at 0.
    case outOfRange(what: String, first: Int, count: Int)
    case noField(String)
    case wrongFieldCount(found: Int, header: Int)
    /// The header of a table lacks a column; what it has.
    case noColumn(String, columns: String)
    case unclosedQuote
    case afterQuote
    case loneSurrogate
    case tooDeep
    case unsupported(String)
    /// The header of a matrix has another number of words than the list.
    /// `hint`: what rows would have to be for it to fit.
    case wrongWordCount(said: Int, list: Int, hint: MatrixRows?)
    /// More entries than the header says.
    case tooManyEntries(said: Int)
}

extension FormatFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .expected(let what): "expected \(what)"
        case .wrongCellCount(let said, let found): "the line says that it has \(said) cells and has \(found)"
        case .outOfRange(let what, let first, let count):
            "the number of the \(what) is not from \(first) to \(first + count - 1)"
        case .noField(let name): "the object has no field \"\(name)\" (--text-field and --id-field name them)"
        case .wrongFieldCount(let found, let header): "the record has \(found) fields and the first one has \(header)"
        case .noColumn(let name, let columns):
            "no column is called \"\(name)\" (--text-field and --id-field name them); there are \(columns)"
        case .unclosedQuote: "the quote is not closed"
        case .afterQuote: "a quoted field goes on after its quote"
        case .loneSurrogate: "half of a surrogate pair stands alone"
        case .tooDeep: "values are nested too deeply"
        case .unsupported(let what): "\(what) is not supported"
        case .wrongWordCount(let said, let list, let hint):
            "there are \(said) words here and \(list) in the word list"
                + (hint.map { ", which would fit with --mm-rows=\($0.rawValue)" } ?? "")
        case .tooManyEntries(let said): "more entries follow than the \(said) that the header says"
        }
    }
}
