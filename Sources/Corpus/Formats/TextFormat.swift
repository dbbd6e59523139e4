/// Plain text, one document a line: tokens are what stands between ASCII white space.
///
/// Every other byte belongs to a word, NUL and bytes that are not UTF-8 among them. A document is named by its line.
enum TextFormat: LineFormat {
    static func parse(_ line: Span<UInt8>, into document: inout ParsedDocument) throws(LineFault) {
        var position = 0
        while true {
            while position < line.count, isSpace(line[position]) { position += 1 }
            let start = position
            position = endOfWord(line, from: start)
            if position == start { return }
            try document.append(start..<position, count: 1)
        }
    }

    private static func endOfWord(_ line: Span<UInt8>, from start: Int) -> Int {
        // White space is below "!"; so are control characters, which belong to words.
        var position = line.firstIndex(below: UInt8(ascii: "!"), from: start)
        while position < line.count, !isSpace(line[position]) {
            position = line.firstIndex(below: UInt8(ascii: "!"), from: position + 1)
        }
        return position
    }

    /// Blank, tab, line feed, vertical tab, form feed, carriage return.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }

    static func isBlank(_ line: Span<UInt8>) -> Bool {
        for position in 0..<line.count where !isSpace(line[position]) { return false }
        return true
    }
}
