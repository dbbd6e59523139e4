import Compression
package import Files

/// The reason why a JSON file cannot be read.
package enum JSONFileError: Error, Equatable, Sendable {
    case unreadable(InputError)
    /// `byte` counts decompressed bytes from 0.
    case malformed(byte: Int, fault: String)
}

/// Reads a JSON file (RFC 8259) from front to back without holding it in memory: a window of the file in which
/// `JSONScanner` reads one string, number or separator after another. Memory: 64 KiB, or twice the longest string.
package struct JSONReader: ~Copyable {
    /// The maximum depth of nested values that are skipped.
    private static let maxDepth = 64
    /// The maximum length of a string or a number.
    private static let maxLength = 64 << 20

    private var file: DecompressingReader
    /// A part of the text: `window[..<end]`, which begins at byte `base` of the text.
    private var window = [UInt8](repeating: 0, count: 64 << 10)
    private var end = 0
    private var base = 0
    /// Whether the text ends at `end`.
    private var isLast = false
    /// The position in the window.
    private var scanner = JSONScanner()

    /// Opens `path`; "-" is standard input.
    package init(path: String) throws(JSONFileError) {
        do { file = try DecompressingReader(path: path) } catch { throw .unreadable(error) }
    }

    /// Returns the error for something that is wrong at the current position.
    package func fault(_ text: String) -> JSONFileError {
        .malformed(byte: base + scanner.position, fault: text)
    }

    /// Skips white space and returns the next byte without taking it; nil at the end.
    package mutating func peek() throws(JSONFileError) -> UInt8? {
        try scan { scanner, text throws(JSONFault) in scanner.peek(text) }
    }

    /// Visits the members of an object; `member` reads or skips each value.
    package mutating func object(
        _ member: (_ key: [UInt8], inout JSONReader) throws(JSONFileError) -> Void
    ) throws(JSONFileError) {
        try expect("{")
        if try take("}") { return }
        while true {
            let key = try string()
            try expect(":")
            try member(key, &self)
            if try take("}") { return }
            try expect(",")
        }
    }

    /// Reads the bytes of a string. A lone surrogate from U+DC80 to U+DCFF stands for the byte in its low half
    /// (`JSONText`).
    package mutating func string() throws(JSONFileError) -> [UInt8] {
        guard try peek() == UInt8(ascii: "\"") else { throw fault("expected \"") }
        let (range, hasEscapes) = try scan { scanner, text throws(JSONFault) in try scanner.string(text) }
        guard hasEscapes else { return Array(window[range]) }
        var bytes: [UInt8] = []
        do throws(JSONFault) {
            try JSONScanner.unescape(window.span, range, into: &bytes)
        } catch {
            throw located(error)
        }
        return bytes
    }

    package mutating func number() throws(JSONFileError) -> Double {
        try number("not a number") { text in DecimalText.number(text).flatMap { $0.isFinite ? $0 : nil } }
    }

    /// Reads a whole number that is not negative.
    package mutating func whole(_ limit: Int = 1 << 53) throws(JSONFileError) -> Int {
        try number("not a whole number from 0 to \(limit)") { text in
            DecimalText.whole(text).flatMap { $0 <= limit ? $0 : nil }
        }
    }

    private mutating func number<Number>(
        _ expected: @autoclosure () -> String, _ parse: (ArraySlice<UInt8>) -> Number?
    ) throws(JSONFileError) -> Number {
        do {
            if let number = parse(window[try atom()]) { return number }
        } catch {
            guard case .malformed = error else { throw error }
        }
        throw fault(expected())
    }

    /// Skips a value of any kind.
    package mutating func skip() throws(JSONFileError) {
        try skip(depth: 0)
    }

    private mutating func skip(depth: Int) throws(JSONFileError) {
        guard depth < Self.maxDepth else { throw fault("values nested more than \(Self.maxDepth) deep") }
        switch try peek() {
        case UInt8(ascii: "{"):
            try object { _, reader throws(JSONFileError) in try reader.skip(depth: depth + 1) }
        case UInt8(ascii: "["):
            try expect("[")
            if try take("]") { return }
            while true {
                try skip(depth: depth + 1)
                if try take("]") { return }
                try expect(",")
            }
        case UInt8(ascii: "\""): _ = try string()
        default: _ = try atom()
        }
    }

    /// Checks that nothing but white space follows.
    package mutating func finish() throws(JSONFileError) {
        if try peek() != nil { throw fault("something after the end") }
    }

    // MARK: The window

    private mutating func take(_ scalar: Unicode.Scalar) throws(JSONFileError) -> Bool {
        try scan { scanner, text throws(JSONFault) in scanner.take(UInt8(ascii: scalar), text) }
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(JSONFileError) {
        guard try take(scalar) else { throw fault("expected \(scalar)") }
    }

    /// Reads a number, true, false or null, and returns its range in the window.
    private mutating func atom() throws(JSONFileError) -> Range<Int> {
        try scan { scanner, text throws(JSONFault) in try scanner.skipAtom(text) }
    }

    /// Calls `body` until it neither reaches the end of the window nor finds a fault there, or the text ends there;
    /// before each further call, the window is extended.
    private mutating func scan<Found>(
        _ body: (_ scanner: inout JSONScanner, _ text: Span<UInt8>) throws(JSONFault) -> Found
    ) throws(JSONFileError) -> Found {
        while true {
            var next = scanner
            do throws(JSONFault) {
                let found = try body(&next, window.span.extracting(..<end))
                if next.position < end || isLast {
                    scanner = next
                    return found
                }
            } catch {
                if next.position < end || isLast { throw located(error) }
            }
            try extend()
        }
    }

    private func located(_ fault: JSONFault) -> JSONFileError {
        .malformed(byte: base + fault.range.lowerBound, fault: "\(fault.reason)")
    }

    /// Removes what was read from the window, and reads more of the file.
    private mutating func extend() throws(JSONFileError) {
        let rest = scanner.position..<end
        window.replaceSubrange(0..<rest.count, with: window[rest])
        base += rest.lowerBound
        end = rest.count
        scanner = JSONScanner()
        if end == window.count {
            guard end < Self.maxLength else { throw fault("a value longer than \(Self.maxLength) bytes") }
            window += repeatElement(0, count: window.count)
        }
        do {
            let count = try file.read(into: &window, from: end)
            end += count
            isLast = count == 0
        } catch {
            throw .unreadable(error)
        }
    }
}
