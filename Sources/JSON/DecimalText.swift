/// Parses numbers byte by byte, as `CommandLineTools.Numbers` does: only decimal notation is accepted, and nothing else
/// that some parsers accept.
package enum DecimalText {
    /// Parses digits without a sign.
    package static func whole(_ text: ArraySlice<UInt8>) -> Int? {
        guard (1...18).contains(text.count) else { return nil }
        var value = 0
        for byte in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Parses a number with an optional decimal point and exponent: 0.1, 1.0E-5, 1e-05.
    package static func number(_ text: ArraySlice<UInt8>) -> Double? {
        guard text.count <= 400, let first = text.first, first != UInt8(ascii: "+"),
            text.allSatisfy({ "0123456789+-.eE".utf8.contains($0) })
        else { return nil }
        return Double(String(decoding: text, as: UTF8.self))
    }
}
