import Files
package import Corpus
package import Gzip

/// Why a model cannot be read from files, told as facts. Lines and columns count from 1, columns in bytes.
package enum ModelFileError: Error, Equatable, Sendable {
    /// The file begins like none of those a model can be read from.
    case unknown(file: String)
    case unreadable(file: String, GzipError)
    case badLine(file: String, line: Int, column: Int, text: Excerpt, fault: String)
    /// `byte` counts decompressed bytes from 0.
    case badJSON(file: String, byte: Int, fault: String)
    /// What the file says, or two files, do not go together.
    case contradiction(file: String, fault: String)
    case lineTooLong(file: String, line: Int, limit: Int)
}

extension ModelFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let file):
            "\(file) is neither a dump (JSON that begins with {) nor a MALLET state (#doc source pos typeindex type topic): "
                + "name one of these"
        case .unreadable(_, let error): "\(error)"
        case .badLine(let file, let line, let column, let text, let fault):
            "\(file):\(line):\(column): \(fault) in \"\(text)\", expected \"doc source pos typeindex type topic\": "
                + "write the file again"
        case .badJSON(let file, let byte, let fault):
            "\(file): \(fault) at byte \(byte) of the JSON text: write the file again"
        case .contradiction(let file, let fault): "\(file): \(fault)"
        case .lineTooLong(let file, let line, let limit):
            "\(file):\(line): the line is longer than \(limit) bytes, which no line of a state is: name another file"
        }
    }
}
