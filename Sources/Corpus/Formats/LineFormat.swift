/// A format in which one line is one document: how to read a line, and nothing else.
///
/// Parsing is a pure function from bytes to cells, which knows no vocabulary, file or slice. A line that cannot be read
/// leaves no trace, since its cells are thrown away before any word is looked up.
protocol LineFormat {
    /// Adds the cells of `line`, which holds no line end, to `document`.
    static func parse(_ line: Span<UInt8>, into document: inout ParsedDocument) throws(LineFault)
}

/// Why a line cannot be taken in; positions are bytes from the start of the line.
enum LineFault: Error, Equatable {
    case badCell(Range<Int>, CellFault)
    case notUTF8(at: Int)
    /// More tokens than a document may have; how many were counted when the limit was passed.
    case documentTooLong(tokens: Int)
    case sliceFull
    case aboveMemoryLimit(needed: Int)

    /// Whether the line itself is wrong, so that going on without it makes sense.
    var isBadLine: Bool {
        switch self {
        case .badCell, .notUTF8: true
        case .documentTooLong, .sliceFull, .aboveMemoryLimit: false
        }
    }
}

/// The cells of one line, used again for every line: words by where they stand in it.
struct ParsedDocument {
    struct Cell: Equatable {
        let start: UInt32
        let end: UInt32
        let count: UInt32

        /// Where the word stands in the line.
        var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(end))) }
    }

    /// The most tokens a document may have.
    let limit: Int
    private(set) var cells: [Cell] = []
    private(set) var tokens = 0

    init(limit: Int) {
        self.limit = limit
    }

    mutating func removeAll() {
        cells.removeAll(keepingCapacity: true)
        tokens = 0
    }

    /// Adds `count` tokens of the word at `word`; none when the count is 0.
    @inline(__always)
    mutating func append(_ word: Range<Int>, count: UInt32) throws(LineFault) {
        guard count > 0 else { return }
        tokens += Int(count)
        guard tokens <= limit else { throw .documentTooLong(tokens: tokens) }
        let cell = Cell(
            start: UInt32(truncatingIfNeeded: word.lowerBound), end: UInt32(truncatingIfNeeded: word.upperBound),
            count: count)
        cells.append(cell)
    }
}
