import Platform

/// Formats numbers as C's printf does.
enum PrintedNumber {
    /// Formats a number with a fixed number of decimals, such as "%.4f", independent of the locale.
    static func fixed(_ value: Double, digits: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        let length = withVaList([digits, value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        return String(decoding: buffer[..<Int(length)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Formats a number with at most `digits` decimals, without trailing zeros.
    static func rounded(_ value: Double, digits: Int32) -> String {
        var text = fixed(value, digits: digits)[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
