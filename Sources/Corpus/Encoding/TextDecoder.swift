import JSON

/// Converts text in another encoding to UTF-8, piece by piece. Characters may be split between pieces.
struct TextDecoder {
    /// The text is not in the encoding; `byte` is the offset of the first byte that does not belong to it.
    struct Fault: Error, Equatable {
        let byte: Int
    }

    let encoding: TextEncoding
    /// The bytes of a character that is not complete, at most 4.
    private var pending: [UInt8] = []
    /// The offset in the file of the next byte that is not pending.
    private var offset: Int

    /// `offset` is the position in the file of the first byte that will be decoded. The encoding must say the order of
    /// its bytes.
    init(_ encoding: TextEncoding, offset: Int) {
        precondition(!encoding.needsMark, "the byte order has to be known")
        self.encoding = encoding
        self.offset = offset
    }

    /// Appends the text of `bytes` to `text`. If it throws, the characters before the fault have been appended.
    mutating func decode(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(Fault) {
        switch encoding {
        case .latin1: decode(bytes, to: &text) { UInt32($0) }
        case .windows1252:
            decode(bytes, to: &text) { (0x80..<0xA0).contains($0) ? Self.windows1252[Int($0) - 0x80] : UInt32($0) }
        case .utf8: text.append(bytes)
        case .utf16, .utf16LittleEndian, .utf16BigEndian: try decode(bytes, width: 2, to: &text)
        case .utf32, .utf32LittleEndian, .utf32BigEndian: try decode(bytes, width: 4, to: &text)
        }
    }

    /// Checks that the last character was complete.
    func finish() throws(Fault) {
        if !pending.isEmpty { throw Fault(byte: offset - pending.count) }
    }

    private mutating func decode(_ bytes: Span<UInt8>, to text: inout [UInt8], _ scalar: (UInt8) -> UInt32) {
        text.reserveCapacity(text.count + bytes.count)
        for position in 0..<bytes.count {
            let value = scalar(bytes[position])
            if value < 0x80 { text.append(UInt8(value)) } else { text.append(Unicode.Scalar(value) ?? "\u{FFFD}") }
        }
        offset += bytes.count
    }

    private mutating func decode(_ bytes: Span<UInt8>, width: Int, to text: inout [UInt8]) throws(Fault) {
        text.reserveCapacity(text.count + bytes.count)
        for position in 0..<bytes.count {
            pending.append(bytes[position])
            offset += 1
            guard pending.count % width == 0 else { continue }
            if let scalar = try scalar(width) {
                text.append(scalar)
                pending.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Returns the scalar of the pending units; nil if another unit is needed.
    private func scalar(_ width: Int) throws(Fault) -> Unicode.Scalar? {
        let fault = Fault(byte: offset - pending.count)
        let first = unit(at: 0, width)
        if width == 2, first & 0xFC00 == 0xD800 {
            guard pending.count == 4 else { return nil }
            let second = unit(at: 2, width)
            guard second & 0xFC00 == 0xDC00 else { throw fault }
            return Unicode.Scalar(0x1_0000 + (first & 0x3FF) << 10 + second & 0x3FF)
        }
        guard let scalar = Unicode.Scalar(first) else { throw fault }
        return scalar
    }

    private func unit(at start: Int, _ width: Int) -> UInt32 {
        let isBigEndian = encoding == .utf16BigEndian || encoding == .utf32BigEndian
        var value: UInt32 = 0
        for index in 0..<width {
            value = value << 8 | UInt32(pending[start + (isBigEndian ? index : width - 1 - index)])
        }
        return value
    }

    /// The characters of the bytes 80 to 9F
    /// (https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT).
    private static let windows1252: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D,
        0x17E, 0x178,
    ]
}
