/// The text form of 64 bits: 16 hexadecimal digits.
package enum Hexadecimal {
    package static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
