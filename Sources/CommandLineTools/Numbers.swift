package import Corpus

/// Parses the numbers in flags, byte by byte: only decimal notation is accepted, and nothing else that some parsers
/// accept (hex, "nan", "inf", "+1", "1_000", blanks). The error for any other text says what was expected.
package enum Numbers {
    /// The error for a value that the flag does not accept; it says which values the flag accepts.
    package struct Refusal: Error, Equatable, CustomStringConvertible {
        package let expected: String

        package init(expected: String) { self.expected = expected }

        package var description: String { "expected \(expected)" }
    }

    /// Parses a whole number in `range`. An upper bound of `Int.max` means that there is no upper bound.
    package static func whole(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> Int {
        { text in
            guard isWhole(text), let value = Int(text), range.contains(value) else {
                throw Refusal(
                    expected: range.upperBound == .max
                        ? "a whole number of at least \(range.lowerBound)"
                        : "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }

    /// Parses an unsigned whole number of 64 bits, such as a seed.
    @Sendable package static func unsigned(_ text: String) throws -> UInt64 {
        guard isWhole(text), let value = UInt64(text) else {
            throw Refusal(expected: "a whole number from 0 to \(UInt64.max)")
        }
        return value
    }

    /// Parses a finite number above zero.
    @Sendable package static func positive(_ text: String) throws -> Double {
        guard isDecimal(text), let value = Double(text), value.isFinite, value > 0 else {
            throw Refusal(expected: "a number above 0, such as 0.1 or 1e-3")
        }
        return value
    }

    /// Parses a prior. The sampler computes in single precision, in which products of these numbers neither overflow
    /// nor become 0.
    @Sendable package static func prior(_ text: String) throws -> Double {
        guard isDecimal(text), let value = Double(text), priors.contains(value) else {
            throw Refusal(expected: "a number from 1e-9 to 1e9, such as 0.1")
        }
        return value
    }

    /// The priors with which a model can be trained.
    package static let priors = 1e-9...1e9

    /// Parses a finite number in `range`.
    package static func number(_ range: ClosedRange<Double>) -> @Sendable (String) throws -> Double {
        { text in
            guard isDecimal(text), let value = Double(text), range.contains(value) else {
                throw Refusal(expected: "a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }

    /// Parses a number of documents or, if the text has a decimal point, a share of them.
    @Sendable package static func documents(_ text: String) throws -> WordRules.DocumentLimit {
        if isWhole(text), let count = Int(text), count >= 0 { return .count(count) }
        guard isDecimal(text), text.utf8.contains(UInt8(ascii: ".")), let share = Double(text), (0...1).contains(share)
        else { throw Refusal(expected: "a number of documents, such as 5, or a share from 0.0 to 1.0, such as 0.5") }
        return .share(share)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// "-"? digits
    private static func isWhole(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy(isDigit)
    }

    /// "-"? digits ("." digits)? ([eE] [+-]? digits)?, where the digits before or after the point may be missing.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(count)
            return count
        }
        func skip(_ bytes: String) -> Bool {
            guard let first = rest.first, bytes.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("-")
        var count = digits()
        if skip(".") { count += digits() }
        guard count > 0 else { return false }
        if skip("eE") {
            _ = skip("+-")
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
