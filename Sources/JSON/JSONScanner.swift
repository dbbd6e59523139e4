/// Walks over a JSON text (RFC 8259) in memory, such as a line, without storing it. Positions are byte offsets in the
/// text. After a fault, the position is that of the byte that was not expected, or the end of the text.
package struct JSONScanner {
    /// The greatest depth to which values may be nested.
    static let maxDepth = 256

    package private(set) var position = 0

    package init() {}

    /// Skips white space and returns the next byte; nil at the end.
    package mutating func peek(_ text: Span<UInt8>) -> UInt8? {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return text[position]
            }
        }
        return nil
    }

    /// Consumes `byte` if it is the next byte after white space, and returns whether it was.
    package mutating func take(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
        guard peek(text) == byte else { return false }
        position += 1
        return true
    }

    package mutating func expect(_ byte: UInt8, _ text: Span<UInt8>, _ what: String) throws(JSONFault) {
        guard take(byte, text) else { throw fault(text, .expected(what)) }
    }

    /// Checks that nothing but white space follows; `what` is expected otherwise.
    package mutating func expectEnd(_ text: Span<UInt8>, _ what: String) throws(JSONFault) {
        if peek(text) != nil { throw fault(text, .expected(what)) }
    }

    /// Consumes a string. Returns the range between its quotes, and whether it contains escapes.
    package mutating func string(_ text: Span<UInt8>) throws(JSONFault) -> (range: Range<Int>, hasEscapes: Bool) {
        try expect(UInt8(ascii: "\""), text, "a string")
        let start = position
        var hasEscapes = false
        // Only an unescaped quote ends the string; escapes and control characters are rare.
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                return (start..<position - 1, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += try Self.escapeLength(text, at: position)
            case 0..<0x20: throw fault(text, .expected("an escape sequence instead of a control character"))
            default: position += 1
            }
        }
        position = text.count
        throw JSONFault(max(start - 1, 0)..<min(start + 20, text.count), .unclosedQuote)
    }

    /// Returns the number of bytes of the escape sequence at `position`, without checking surrogates.
    private static func escapeLength(_ text: Span<UInt8>, at position: Int) throws(JSONFault) -> Int {
        // A string that ends here has no closing quote.
        guard position + 1 < text.count else { return 2 }
        switch text[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            let digits = position + 2..<min(position + 6, text.count)
            guard digits.allSatisfy({ hexadecimalDigit(text[$0]) != nil }) else {
                throw JSONFault(position..<digits.upperBound, .expected("four hexadecimal digits after \\u"))
            }
            return 6
        default: throw JSONFault(position..<position + 2, .expected("a JSON escape sequence"))
        }
    }

    /// Appends the string between the quotes at `range` to `bytes`, with its escapes resolved.
    package static func unescape(_ text: Span<UInt8>, _ range: Range<Int>, into bytes: inout [UInt8]) throws(JSONFault)
    {
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = text[position]
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
                position += 1
                continue
            }
            let kind = text[position + 1]
            position += 2
            switch kind {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(kind)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"): try append(text, at: &position, upTo: range.upperBound, to: &bytes)
            default: throw JSONFault(position - 2..<position, .expected("a JSON escape sequence"))
            }
        }
    }

    /// Skips a value of any kind. The function is iterative, so that no text can exhaust the stack.
    package mutating func skipValue(_ text: Span<UInt8>) throws(JSONFault) {
        // Whether each open value is an object.
        var open: [Bool] = []
        while true {
            // A value, or a member of an object.
            if open.last == true {
                _ = try string(text)
                try expect(UInt8(ascii: ":"), text, "a colon")
            }
            switch peek(text) {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isObject = text[position] == UInt8(ascii: "{")
                position += 1
                if take(UInt8(ascii: isObject ? "}" : "]"), text) { break }
                open.append(isObject)
                if open.count > Self.maxDepth { throw fault(text, .tooDeep) }
                continue
            case UInt8(ascii: "\""): _ = try string(text)
            default: try skipAtom(text)
            }
            while let isObject = open.last {
                if take(UInt8(ascii: ","), text) { break }
                try expect(UInt8(ascii: isObject ? "}" : "]"), text, isObject ? "a comma or }" : "a comma or ]")
                open.removeLast()
            }
            if open.isEmpty { return }
        }
    }

    /// Consumes a number, true, false or null, and returns its range.
    @discardableResult package mutating func skipAtom(_ text: Span<UInt8>) throws(JSONFault) -> Range<Int> {
        guard peek(text) != nil else { throw fault(text, .expected("a value")) }
        let start = position
        while position < text.count, isAtomByte(text[position]) { position += 1 }
        let range = start..<position
        for word in ["true", "false", "null"] where equals(text, range, word) { return range }
        guard Self.isNumber(text, range) else {
            throw JSONFault(start..<min(start + 20, text.count), .expected("a value"))
        }
        return range
    }

    package func equals(_ text: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
        range.count == word.utf8.count && zip(range, word.utf8).allSatisfy { text[$0] == $1 }
    }

    /// Returns a fault with `reason` and an excerpt of the text from the current position.
    private func fault(_ text: Span<UInt8>, _ reason: JSONFault.Reason) -> JSONFault {
        let start = min(position, text.count)
        return JSONFault(start..<min(start + 20, text.count), reason)
    }

    private func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// "-"? ("0" | digits) ("." digits)? ([eE] [+-]? digits)?
    private static func isNumber(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        func byte() -> UInt8? { position < range.upperBound ? text[position] : nil }
        func digits() -> Int {
            let start = position
            while let digit = byte(), digit >= 0x30, digit <= 0x39 { position += 1 }
            return position - start
        }
        if byte() == UInt8(ascii: "-") { position += 1 }
        let startsWithZero = byte() == UInt8(ascii: "0")
        let whole = digits()
        if whole == 0 || (startsWithZero && whole > 1) { return false }
        if byte() == UInt8(ascii: ".") {
            position += 1
            if digits() == 0 { return false }
        }
        if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
            position += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { position += 1 }
            if digits() == 0 { return false }
        }
        return position == range.upperBound
    }

    /// Appends the scalar whose four digits are at `position`. If they are the first half of a surrogate pair, the
    /// second half is read too. A second half alone, from U+DC80 to U+DCFF, stands for its low byte: dist-lda and
    /// Python (`surrogateescape`) write bytes that are not UTF-8 in this way.
    private static func append(
        _ text: Span<UInt8>, at position: inout Int, upTo end: Int, to bytes: inout [UInt8]
    ) throws(JSONFault) {
        let start = position - 2
        let first = try hexadecimal(text, at: &position, upTo: end)
        if let scalar = Unicode.Scalar(first) { return bytes.append(scalar) }
        if (0xDC80...0xDCFF).contains(first) { return bytes.append(UInt8(first & 0xFF)) }
        guard first < 0xDC00, position + 6 <= end, text[position] == UInt8(ascii: "\\"),
            text[position + 1] == UInt8(ascii: "u")
        else { throw JSONFault(start..<position, .loneSurrogate) }
        position += 2
        let second = try hexadecimal(text, at: &position, upTo: end)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONFault(start..<position, .loneSurrogate) }
        bytes.append(scalar)
    }

    private static func hexadecimal(
        _ text: Span<UInt8>, at position: inout Int, upTo end: Int
    ) throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for index in position..<position + 4 {
            guard index < end, let digit = hexadecimalDigit(text[index]) else {
                throw JSONFault(position - 2..<min(position + 4, end), .expected("four hexadecimal digits after \\u"))
            }
            value = value << 4 | digit
        }
        position += 4
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends the scalar in UTF-8.
    package mutating func append(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch value {
        case ..<0x80: append(UInt8(value))
        case ..<0x800: append(contentsOf: [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 0x3F)])
        case ..<0x10000:
            append(contentsOf: [
                UInt8(0xE0 | value >> 12), UInt8(0x80 | value >> 6 & 0x3F), UInt8(0x80 | value & 0x3F),
            ])
        default:
            append(contentsOf: [
                UInt8(0xF0 | value >> 18), UInt8(0x80 | value >> 12 & 0x3F), UInt8(0x80 | value >> 6 & 0x3F),
                UInt8(0x80 | value & 0x3F),
            ])
        }
    }
}
