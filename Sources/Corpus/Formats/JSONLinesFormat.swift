import JSON

/// JSON Lines, one document per line: an object with a field that holds the text or an array of words.
///
/// The words of an array are not split (but are converted to lower case if text is); null is a document without words.
/// If an object has the same field twice, the last one is used. A blank line is a document without words.
struct JSONLinesFormat {
    private let text: [UInt8]
    private let id: [UInt8]?
    private let textName: String
    private var key: [UInt8] = []
    private var unescaped: [UInt8] = []

    init(_ fields: FieldOptions) {
        textName = fields.text ?? FieldOptions.defaultText
        text = Array(textName.utf8)
        id = fields.id.map { Array($0.utf8) }
    }

    /// Reads the document's name. Errors in the object are ignored here and reported by `parse`.
    mutating func read(_ line: Span<UInt8>, into head: inout DocumentHead) {
        guard let id else { return }
        do throws(LineFault) {
            try forEachMember(of: line) { (key, scanner: inout JSONScanner, unescaped) throws(LineFault) in
                guard key == id else { return false }
                head.name.removeAll(keepingCapacity: true)
                try Self.json { () throws(JSONFault) in
                    if scanner.peek(line) == UInt8(ascii: "\"") {
                        let string = try scanner.string(line)
                        try JSONScanner.unescape(line, string.range, into: &head.name)
                    } else {
                        let start = scanner.position
                        try scanner.skipValue(line)
                        head.name.append(line.extracting(start..<scanner.position))
                    }
                }
                return true
            }
        } catch {}
    }

    mutating func parse(
        _ line: Span<UInt8>, tokenizer: Tokenizer, into document: inout ParsedDocument
    ) throws(LineFault) {
        if TextFormat.isBlank(line) { return }
        let text = text
        var isFound = false
        try forEachMember(of: line) { (key, scanner: inout JSONScanner, unescaped) throws(LineFault) in
            guard key == text else { return false }
            isFound = true
            document.removeAll()
            switch scanner.peek(line) {
            case UInt8(ascii: "\""):
                let string = try Self.json { () throws(JSONFault) in try scanner.string(line) }
                guard string.hasEscapes else {
                    try tokenizer.parse(line, string.range, into: &document)
                    return true
                }
                try Self.unescape(line, string.range, into: &unescaped)
                try tokenizer.parse(ownText: unescaped, into: &document)
            case UInt8(ascii: "["):
                try Self.words(line, &scanner, tokenizer, &unescaped, into: &document)
            default:
                let value = try Self.json { () throws(JSONFault) in try scanner.skipAtom(line) }
                guard scanner.equals(line, value, "null") else {
                    throw .badLine(value, .expected("a string or an array of strings"))
                }
            }
            return true
        }
        if !isFound { throw .badLine(0..<min(line.count, 20), .noField(textName)) }
    }

    private static func words(
        _ line: Span<UInt8>, _ scanner: inout JSONScanner, _ tokenizer: Tokenizer, _ unescaped: inout [UInt8],
        into document: inout ParsedDocument
    ) throws(LineFault) {
        document.text = .own
        _ = scanner.take(UInt8(ascii: "["), line)
        if scanner.take(UInt8(ascii: "]"), line) { return }
        repeat {
            try Self.json { () throws(JSONFault) in
                let string = try scanner.string(line)
                unescaped.removeAll(keepingCapacity: true)
                try JSONScanner.unescape(line, string.range, into: &unescaped)
            }
            try tokenizer.append(word: unescaped, to: &document)
        } while scanner.take(UInt8(ascii: ","), line)
        try Self.json { () throws(JSONFault) in try scanner.expect(UInt8(ascii: "]"), line, "a comma or ]") }
    }

    /// Walks over the object in `line` and calls `body` with each key. `body` either consumes the value and returns
    /// true, or returns false, and then the value is skipped.
    private mutating func forEachMember(
        of line: Span<UInt8>,
        _ body: (_ key: [UInt8], _ scanner: inout JSONScanner, _ unescaped: inout [UInt8]) throws(LineFault) -> Bool
    ) throws(LineFault) {
        var scanner = JSONScanner()
        try Self.json { () throws(JSONFault) in try scanner.expect(UInt8(ascii: "{"), line, "an object: {...}") }
        if !scanner.take(UInt8(ascii: "}"), line) {
            repeat {
                try Self.json { () throws(JSONFault) in
                    let name = try scanner.string(line)
                    key.removeAll(keepingCapacity: true)
                    try JSONScanner.unescape(line, name.range, into: &key)
                    try scanner.expect(UInt8(ascii: ":"), line, "a colon")
                }
                if try !body(key, &scanner, &unescaped) {
                    try Self.json { () throws(JSONFault) in try scanner.skipValue(line) }
                }
            } while scanner.take(UInt8(ascii: ","), line)
            try Self.json { () throws(JSONFault) in try scanner.expect(UInt8(ascii: "}"), line, "a comma or }") }
        }
        try Self.json { () throws(JSONFault) in try scanner.expectEnd(line, "the end of the line") }
    }

    /// Replaces `unescaped` by the string at `range`, with its escapes resolved.
    private static func unescape(
        _ line: Span<UInt8>, _ range: Range<Int>, into unescaped: inout [UInt8]
    ) throws(LineFault) {
        unescaped.removeAll(keepingCapacity: true)
        try json { () throws(JSONFault) in try JSONScanner.unescape(line, range, into: &unescaped) }
    }

    /// Calls `body`, and converts a fault of the JSON text to one of the line.
    @inline(__always)
    private static func json<Value>(_ body: () throws(JSONFault) -> Value) throws(LineFault) -> Value {
        do { return try body() } catch { throw .badLine(error.range, FormatFault(error.reason)) }
    }
}
