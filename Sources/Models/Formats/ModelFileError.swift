package import Corpus
package import Files
import JSON

/// The reason why a model cannot be read from files. Lines and columns count from 1, columns in bytes.
package enum ModelFileError: Error, Equatable, Sendable {
    /// The start of the file matches no format from which a model can be read.
    case unknown(file: String)
    case unreadable(file: String, InputError)
    case badLine(file: String, line: Int, column: Int, text: Excerpt, fault: String)
    /// `byte` counts decompressed bytes from 0.
    case badJSON(file: String, byte: Int, fault: String)
    /// The contents of the file, or of two files, contradict each other.
    case contradiction(file: String, fault: String)
    case lineTooLong(file: String, line: Int, limit: Int)
}

extension ModelFileError {
    /// Calls `body`, which reads `file`.
    static func reading<Value: ~Copyable>(
        _ file: String, _ body: () throws(InputError) -> Value
    ) throws(ModelFileError) -> Value {
        do { return try body() } catch { throw .unreadable(file: file, error) }
    }

    init(_ file: String, _ error: JSONFileError) {
        self =
            switch error {
            case .unreadable(let error): .unreadable(file: file, error)
            case .malformed(let byte, let fault):
                .badJSON(file: file == "-" ? "standard input" : file, byte: byte, fault: fault)
            }
    }
}

extension ModelFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let file):
            "\(file) is neither a dump (JSON that begins with {) nor a MALLET state (#doc source pos typeindex type "
                + "topic): use one of these"
        case .unreadable(_, let error): "\(error)"
        case .badLine(let file, let line, let column, let text, let fault):
            "\(file):\(line):\(column): \(fault) in \"\(text)\", expected \"doc source pos typeindex type topic\": "
                + "create the file again"
        case .badJSON(let file, let byte, let fault):
            "\(file): \(fault) at byte \(byte) of the JSON text: create the file again"
        case .contradiction(let file, let fault): "\(file): \(fault)"
        case .lineTooLong(let file, let line, let limit):
            "\(file):\(line): the line is longer than \(limit) bytes, so this is not a MALLET state: use another file"
        }
    }
}
