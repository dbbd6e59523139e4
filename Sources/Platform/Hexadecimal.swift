/// The text form of 64 bits: 16 hexadecimal digits.
package enum Hexadecimal {
    package static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Parses 16 digits; nil if the text has another form.
    package static func value(_ text: String) -> UInt64? { text.utf8.count == 16 ? UInt64(text, radix: 16) : nil }
}
