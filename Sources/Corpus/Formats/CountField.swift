/// Parses the numbers of text formats from their bytes.
enum CountField {
    /// Returns the decimal number at `digits`; nil unless there are only digits and the number is at most `limit`.
    static func whole(_ line: Span<UInt8>, _ digits: Range<Int>, limit: UInt64 = UInt64(UInt32.max)) -> UInt64? {
        guard !digits.isEmpty else { return nil }
        var number: UInt64 = 0
        for position in digits {
            let digit = line[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (tens, isAbove) = number.multipliedReportingOverflow(by: 10)
            let (sum, isAboveToo) = tens.addingReportingOverflow(UInt64(digit))
            guard !isAbove, !isAboveToo, sum <= limit else { return nil }
            number = sum
        }
        return number
    }

    /// Reads a count of at most 4294967295. It may be written as a real number with an integral value (`2.0`, `2e0`),
    /// as programs that store counts as floats do.
    static func count(_ line: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> UInt32 {
        if let number = whole(line, range) { return UInt32(number) }
        let spelling = range.map { line[$0] }
        guard let value = real(spelling) else { throw .badCell(range, fault(of: spelling)) }
        if value < 0 { throw .badCell(range, .negative) }
        if value > Double(UInt32.max) { throw .badCell(range, .tooLarge) }
        guard let count = UInt32(exactly: value) else { throw .badCell(range, .fraction) }
        return count
    }

    /// Returns the fault of a spelling that is not a count.
    static func fault(of spelling: [UInt8]) -> CellFault {
        if spelling.isEmpty { return .noCount }
        if spelling.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return .tooLarge }
        guard let value = real(spelling) else { return .notANumber }
        return value < 0 ? .negative : .fraction
    }

    /// Parses a real number. The characters are checked first, because `Double` also accepts "0x10", "nan" and "inf".
    private static func real(_ spelling: [UInt8]) -> Double? {
        guard spelling.count <= 400, spelling.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
        return Double(String(decoding: spelling, as: UTF8.self))
    }
}

/// Iterates over the fields of a line that are separated by white space.
struct BlankFields {
    private var position: Int

    init(from start: Int = 0) { position = start }

    /// Returns the next field; nil if there are no more.
    mutating func next(in line: Span<UInt8>) -> Range<Int>? {
        while position < line.count, TextFormat.isSpace(line[position]) { position += 1 }
        guard position < line.count else { return nil }
        let start = position
        while position < line.count, !TextFormat.isSpace(line[position]) { position += 1 }
        return start..<position
    }
}
