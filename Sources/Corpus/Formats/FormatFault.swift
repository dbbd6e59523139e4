import JSON

/// The faults that a line can have in addition to the faults of its cells.
package enum FormatFault: Error, Equatable, Sendable {
    /// Something else is expected at this position.
    case expected(String)
    /// The line states a number of cells but has a different number of them.
    case wrongCellCount(said: String, found: Int)
    /// The number of a document or a word is not in `1...count`, or in `0..<count` where numbers begin at 0.
    case outOfRange(what: String, first: Int, count: Int)
    case noField(String)
    case wrongFieldCount(found: Int, header: Int)
    /// The header of a table lacks a column; `columns` lists those it has.
    case noColumn(String, columns: String)
    case unclosedQuote
    case afterQuote
    case loneSurrogate
    case tooDeep
    case unsupported(String)
    /// The header of a matrix has a different number of words than the word list. `hint` is the meaning of the rows
    /// with which the numbers would be equal.
    case wrongWordCount(said: Int, list: Int, hint: MatrixRows?)
    /// The header of a matrix has a different number of documents than the list of their names.
    case wrongNameCount(said: Int, list: Int)
    /// The file has more entries than its header says.
    case tooManyEntries(said: Int)
    /// The header has so many documents and so few entries that nearly all documents would be empty.
    case tooManyDocuments(said: Int, entries: Int)
}

extension FormatFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .expected(let what): "expected \(what)"
        case .wrongCellCount(let said, let found): "the line says that it has \(said) cells, but it has \(found)"
        case .outOfRange(let what, let first, let count):
            "the number of the \(what) is not in the range from \(first) to \(first + count - 1)"
        case .noField(let name): "the object has no field \"\(name)\" (see --text-field and --id-field)"
        case .wrongFieldCount(let found, let header):
            "the record has \(found) fields, but the first record has \(header)"
        case .noColumn(let name, let columns):
            "no column is called \"\(name)\" (see --text-field and --id-field); the columns are \(columns)"
        case .unclosedQuote: "the quote is not closed"
        case .afterQuote: "a quoted field continues after its closing quote"
        case .loneSurrogate: JSONFault.Reason.loneSurrogate.description
        case .tooDeep: JSONFault.Reason.tooDeep.description
        case .unsupported(let what): "\(what) is not supported"
        case .wrongWordCount(let said, let list, let hint):
            "there are \(said) words here but \(list) in the word list"
                + (hint.map { "; the numbers would agree with --mm-rows=\($0.rawValue)" } ?? "")
        case .wrongNameCount(let said, let list):
            "there are \(said) documents here but \(list) names in barcodes.tsv next to the file"
        case .tooManyEntries(let said): "there are more entries than the \(said) that the header says"
        case .tooManyDocuments(let said, let entries):
            "the header says \(said) documents but only \(entries) entries, so that nearly all documents would be empty"
        }
    }
}

extension FormatFault {
    init(_ reason: JSONFault.Reason) {
        self =
            switch reason {
            case .expected(let what): .expected(what)
            case .unclosedQuote: .unclosedQuote
            case .loneSurrogate: .loneSurrogate
            case .tooDeep: .tooDeep
            }
    }
}
