import JSON

/// Converts text to lower case, scalar by scalar, with Unicode's full mapping. The only context that matters is that of
/// the Greek sigma, which is mapped to `ς` at the end of a word (`isFinalSigma`). Rules of single languages are not
/// used.
enum LowerCase {
    /// The mapping of each scalar below `tableSize`; 0 if it has several scalars.
    private static let tableSize: UInt32 = 0x1_0000
    private static let table: [UInt32] = (0..<tableSize).map { value in
        guard let scalar = Unicode.Scalar(value) else { return value }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first!.value : 0
    }

    /// Appends the text at `range` of `line` in lower case. Bytes that are not UTF-8 are copied unchanged.
    static func append(_ line: Span<UInt8>, _ range: Range<Int>, to bytes: inout [UInt8]) {
        let text = line.extracting(..<range.upperBound)
        bytes.reserveCapacity(bytes.count + range.count)
        var reader = ScalarReader(from: range.lowerBound)
        while reader.advance(in: text) {
            if reader.value < 0x80 {
                let byte = UInt8(truncatingIfNeeded: reader.value)
                bytes.append(byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte)
            } else {
                append(reader, of: text, from: range.lowerBound, to: &bytes)
            }
        }
    }

    private static let capitalSigma: UInt32 = 0x3A3
    private static let finalSigma: Unicode.Scalar = "\u{3C2}"

    /// Whether the sigma that `reader` has read ends a word, as the Unicode Standard defines it (Final_Sigma in table
    /// 3-17): a cased letter precedes it and none follows, with any number of case-ignorable characters, such as marks
    /// and apostrophes, between them. The text begins at `first`.
    private static func isFinalSigma(_ reader: ScalarReader, of text: Span<UInt8>, from first: Int) -> Bool {
        var start = reader.start
        var isPreceded = false
        while start > first {
            let end = start
            repeat { start -= 1 } while start > first && text[start] & 0xC0 == 0x80
            var before = ScalarReader(from: start)
            guard before.advance(in: text), before.next == end, let scalar = Unicode.Scalar(before.value) else { break }
            if scalar.properties.isCaseIgnorable { continue }
            isPreceded = scalar.properties.isCased
            break
        }
        guard isPreceded else { return false }
        var after = ScalarReader(from: reader.next)
        while after.advance(in: text), let scalar = Unicode.Scalar(after.value) {
            if !scalar.properties.isCaseIgnorable { return !scalar.properties.isCased }
        }
        return true
    }

    private static func append(
        _ reader: ScalarReader, of text: Span<UInt8>, from first: Int, to bytes: inout [UInt8]
    ) {
        let value = reader.value
        if value == capitalSigma, isFinalSigma(reader, of: text, from: first) { return bytes.append(finalSigma) }
        if value < tableSize {
            let lower = table[Int(value)]
            if lower == value { return bytes.append(text.extracting(reader.start..<reader.next)) }
            if lower != 0, let scalar = Unicode.Scalar(lower) { return bytes.append(scalar) }
        }
        guard value != ScalarReader.notUTF8, let scalar = Unicode.Scalar(value) else {
            return bytes.append(text.extracting(reader.start..<reader.next))
        }
        bytes += scalar.properties.lowercaseMapping.utf8
    }
}
