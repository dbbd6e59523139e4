/// Why a line cannot be taken in; positions are bytes from the start of the line.
enum LineFault: Error, Equatable {
    case badCell(Range<Int>, CellFault)
    case badLine(Range<Int>, FormatFault)
    /// What is wrong makes the rest of the file meaningless.
    case badHeader(Range<Int>, FormatFault)
    case notUTF8(at: Int)
    /// More tokens than a document may have; how many were counted when the limit was passed.
    case documentTooLong(tokens: Int)
    case sliceFull
    case aboveMemoryLimit(needed: Int)
    /// Entries are not in the order of their documents, and have been taken for it.
    case disorder
    /// Whoever takes the documents wants no more.
    case stopped

    /// Whether the line itself is wrong, so that going on without it makes sense.
    var isBadLine: Bool {
        switch self {
        case .badCell, .badLine, .notUTF8: true
        case .badHeader, .documentTooLong, .sliceFull, .aboveMemoryLimit, .disorder, .stopped: false
        }
    }
}

/// A document as a format gives it, used again for every one: cells, whose words stand in a text.
///
/// Parsing is a function from bytes to cells, which knows no vocabulary and no slice. A document that cannot be read
/// leaves no trace, since its cells are thrown away before any word is looked up.
struct ParsedDocument {
    struct Cell: Equatable {
        let start: UInt32
        let end: UInt32
        let count: UInt32

        /// Where the word stands in the text.
        var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(end))) }
    }

    /// Where the words of the cells stand.
    enum Text {
        /// In the line that was parsed.
        case line
        /// In `bytes`.
        case own
        /// In the list of words.
        case list
    }

    /// The most tokens a document may have.
    let limit: Int
    private(set) var cells: [Cell] = []
    private(set) var tokens = 0
    var text = Text.line
    /// Words that do not stand in the line as they are.
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

    /// Adds `count` tokens of the word whose number is `number`, counting from `first`: that of `list`, or where there is no
    /// list its digits.
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

/// What a document is called, used again for every one; empty: nothing.
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

    /// Adds the number's decimal digits.
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
