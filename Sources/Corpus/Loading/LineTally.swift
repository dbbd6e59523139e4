/// How many lines of a corpus have a property, and where it was found first.
package struct LineTally: Sendable, Equatable {
    package private(set) var lines = 0
    /// `file:line:column` of the first, where lines and columns count from 1, and columns count bytes.
    package private(set) var first: String?

    package init() {}

    mutating func count(file: String, line: Int, column: Int) {
        lines += 1
        if first == nil { first = "\(file):\(line):\(column)" }
    }
}

/// The tallies of lines that are read, although something is probably wrong with them.
package struct TextTallies: Sendable, Equatable {
    /// Lines that are not UTF-8.
    package var notUTF8 = LineTally()
    /// Lines with a carriage return that does not end them.
    package var loneReturns = LineTally()

    package init() {}

    /// Counts the faults of a line in a text that has `oddities`.
    mutating func count(_ text: Span<UInt8>, _ oddities: TextOddities, file: String, line: Int) {
        if oddities.contains(.notUTF8), let position = TextCheck.firstFault(in: text) {
            notUTF8.count(file: file, line: line, column: position + 1)
        }
        if oddities.contains(.loneReturn), let position = text.firstPosition(of: UInt8(ascii: "\r")) {
            loneReturns.count(file: file, line: line, column: position + 1)
        }
    }
}

extension Span where Element == UInt8 {
    func firstPosition(of byte: UInt8) -> Int? {
        for position in 0..<count where self[position] == byte { return position }
        return nil
    }
}
