import Files
/// Reads JSON (RFC 8259) from front to back without holding it in memory, for dumps, which are larger than the model.
struct JSONReader: ~Copyable {
    private var source: ByteSource
    /// The maximum depth of nested values that are skipped.
    private static let maxDepth = 64
    /// The maximum length of a string, and of a number.
    private static let maxString = 64 << 20
    private static let maxNumber = 400

    init(_ source: consuming ByteSource) {
        self.source = source
    }

    func fault(_ text: String) -> ModelFileError {
        .badJSON(file: source.file, byte: source.offset, fault: text)
    }

    /// Skips white space and returns the next byte without taking it; nil at the end.
    mutating func peek() throws(ModelFileError) -> UInt8? {
        while let byte = try source.peek() {
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            _ = try source.take()
        }
        return nil
    }

    mutating func expect(_ scalar: Unicode.Scalar) throws(ModelFileError) {
        guard try peek() == UInt8(ascii: scalar) else { throw fault("expected \(scalar)") }
        _ = try source.take()
    }

    /// Visits the members of an object; `member` reads or skips each value.
    mutating func object(
        _ member: (_ key: [UInt8], inout JSONReader) throws(ModelFileError) -> Void
    ) throws(ModelFileError) {
        try expect("{")
        if try peek() == UInt8(ascii: "}") { return try expect("}") }
        while true {
            let key = try string()
            try expect(":")
            try member(key, &self)
            if try peek() == UInt8(ascii: "}") { return try expect("}") }
            try expect(",")
        }
    }

    /// Reads the bytes of a string. A lone surrogate from U+DC80 to U+DCFF stands for the byte in its low half
    /// (`JSONText`).
    mutating func string() throws(ModelFileError) -> [UInt8] {
        try expect("\"")
        var bytes: [UInt8] = []
        while let byte = try source.take() {
            switch byte {
            case UInt8(ascii: "\""): return bytes
            case UInt8(ascii: "\\"): try escape(into: &bytes)
            case 0..<0x20: throw fault("a control character in a string")
            default: bytes.append(byte)
            }
            if bytes.count > Self.maxString { throw fault("a string longer than \(Self.maxString) bytes") }
        }
        throw fault("a string without an end")
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(ModelFileError) {
        switch try source.take() {
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case let byte? where "\"\\/".utf8.contains(byte): bytes.append(byte)
        case UInt8(ascii: "u"): try unicodeEscape(into: &bytes)
        default: throw fault("an unknown escape")
        }
    }

    private mutating func unicodeEscape(into bytes: inout [UInt8]) throws(ModelFileError) {
        var unit = try fourDigits()
        if (0xDC80...0xDCFF).contains(unit) { return bytes.append(UInt8(unit & 0xFF)) }
        if (0xD800...0xDBFF).contains(unit) {
            guard try source.take() == UInt8(ascii: "\\"), try source.take() == UInt8(ascii: "u") else {
                throw fault("half of a surrogate pair")
            }
            let low = try fourDigits()
            guard (0xDC00...0xDFFF).contains(low) else { throw fault("half of a surrogate pair") }
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(unit) else { throw fault("half of a surrogate pair") }
        bytes.append(contentsOf: String(scalar).utf8)
    }

    private mutating func fourDigits() throws(ModelFileError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch try source.take() {
            case let byte? where (0x30...0x39).contains(byte): value = value << 4 | UInt32(byte - 0x30)
            case let byte? where (0x41...0x46).contains(byte): value = value << 4 | UInt32(byte - 0x37)
            case let byte? where (0x61...0x66).contains(byte): value = value << 4 | UInt32(byte - 0x57)
            default: throw fault("an escape without four digits")
            }
        }
        return value
    }

    mutating func number() throws(ModelFileError) -> Double {
        let text = try numberText()
        guard let number = DecimalText.number(text[...]), number.isFinite else { throw fault("not a number") }
        return number
    }

    /// Reads a whole number that is not negative.
    mutating func whole(_ limit: Int = 1 << 53) throws(ModelFileError) -> Int {
        let text = try numberText()
        guard let number = DecimalText.whole(text[...]), number <= limit else {
            throw fault("not a whole number from 0 to \(limit)")
        }
        return number
    }

    private mutating func numberText() throws(ModelFileError) -> [UInt8] {
        _ = try peek()
        var text: [UInt8] = []
        while let byte = try source.peek(), "0123456789+-.eE".utf8.contains(byte), text.count <= Self.maxNumber {
            text.append(byte)
            _ = try source.take()
        }
        return text
    }

    /// Skips a value of any kind.
    mutating func skip(depth: Int = 0) throws(ModelFileError) {
        guard depth < Self.maxDepth else { throw fault("values nested more than \(Self.maxDepth) deep") }
        switch try peek() {
        case UInt8(ascii: "{"):
            try object { _, reader throws(ModelFileError) in try reader.skip(depth: depth + 1) }
        case UInt8(ascii: "["):
            try expect("[")
            if try peek() == UInt8(ascii: "]") { return try expect("]") }
            while true {
                try skip(depth: depth + 1)
                if try peek() == UInt8(ascii: "]") { return try expect("]") }
                try expect(",")
            }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: _ = try number()
        }
    }

    private mutating func word(_ word: String) throws(ModelFileError) {
        for byte in word.utf8 where try source.take() != byte { throw fault("expected \(word)") }
    }

    /// Checks that nothing but white space follows.
    mutating func end() throws(ModelFileError) {
        if try peek() != nil { throw fault("something after the end") }
    }
}
