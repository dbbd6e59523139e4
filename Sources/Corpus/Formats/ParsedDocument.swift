/// The reasons why a line cannot be added to the corpus. Positions are byte offsets in the line.
enum LineFault: Error, Equatable {
    case badCell(Range<Int>, CellFault)
    case badLine(Range<Int>, FormatFault)
    /// A fault that makes the rest of the file meaningless.
    case badHeader(Range<Int>, FormatFault)
    case notUTF8(at: Int)
    /// The document has more tokens than allowed; `tokens` is the number counted when the limit was exceeded.
    case documentTooLong(tokens: Int)
    case sliceFull
    case aboveMemoryLimit(needed: Int)
    /// Entries are not in the order of their documents, although they were read as if they were.
    case disorder
    /// The receiver of the documents stopped the reading.
    case stopped

    /// Whether only the line itself is invalid, so that it can be skipped.
    var isBadLine: Bool {
        switch self {
        case .badCell, .badLine, .notUTF8: true
        case .badHeader, .documentTooLong, .sliceFull, .aboveMemoryLimit, .disorder, .stopped: false
        }
    }
}

/// A parsed document: a list of cells, each of which refers to a word in a text. One value is reused for all documents.
///
/// Parsing turns bytes into cells and depends on neither the vocabulary nor the slices. A document that cannot be read
/// has no effect, because its cells are discarded before any word is looked up.
struct ParsedDocument {
    struct Cell: Equatable {
        let start: UInt32
        let end: UInt32
        let count: UInt32

        /// The word's position in the text.
        var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(end))) }
    }

    /// The text to which the ranges of the cells refer.
    enum Text {
        /// The line that was parsed.
        case line
        /// `bytes`.
        case own
        /// The list of words.
        case list
    }

    /// The greatest number of tokens that a document may have.
    let limit: Int
    private(set) var cells: [Cell] = []
    private(set) var tokens = 0
    var text = Text.line
    /// The text of words that do not occur in the line in the same form.
    var bytes: [UInt8] = []

    init(limit: Int) {
        self.limit = min(limit, Int(UInt32.max))
    }

    mutating func removeAll() {
        cells.removeAll(keepingCapacity: true)
        tokens = 0
        text = .line
        bytes.removeAll(keepingCapacity: true)
    }

    /// Adds `count` tokens of the word at `word`; does nothing if the count is 0.
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

    /// Adds `count` tokens of the word with the number `number`, counted from `first`. The word is that of `list`, or
    /// the digits of its number if there is no list.
    mutating func append(_ number: Int, from first: Int, of list: WordTable?, count: UInt32) throws(LineFault) {
        if let list {
            text = .list
            return try append(list.range(of: number - first), count: count)
        }
        text = .own
        let start = bytes.count
        bytes.appendDecimal(number)
        try append(start..<bytes.count, count: count)
    }
}

/// A document's name and label, empty if it has none. One value is reused for all documents.
struct DocumentHead {
    var name: [UInt8] = []
    var label: [UInt8] = []

    mutating func removeAll() {
        name.removeAll(keepingCapacity: true)
        label.removeAll(keepingCapacity: true)
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends the number's decimal digits.
    mutating func appendDecimal(_ number: Int) {
        let start = count
        var rest = number
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
