/// Running text whose tokens are separated by ASCII white space.
///
/// Every other byte belongs to a word, including NUL and bytes that are not UTF-8.
enum TextFormat {
    /// Adds the words of `line` from `first` on to `document`.
    static func parse(_ line: Span<UInt8>, from first: Int = 0, into document: inout ParsedDocument) throws(LineFault) {
        // White space is below "!", but so are control characters, which belong to words.
        var low = LowBytes(below: UInt8(ascii: "!"), in: line, from: first)
        var start = first
        while start < line.count {
            var end = low.next(in: line)
            while end < line.count, !isSpace(line[end]) { end = low.next(in: line) }
            if end > start { try document.append(start..<end, count: 1) }
            start = end + 1
        }
    }

    /// Whether the byte is a blank, tab, line feed, vertical tab, form feed or carriage return.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }

    static func isBlank(_ line: Span<UInt8>) -> Bool {
        for position in 0..<line.count where !isSpace(line[position]) { return false }
        return true
    }
}
