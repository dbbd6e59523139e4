import JSON

/// Converts text to lower case, scalar by scalar, with Unicode's full mapping but without its context rules. A sigma at
/// the end of a word is therefore mapped like any other.
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
                append(reader, of: text, to: &bytes)
            }
        }
    }

    private static func append(_ reader: ScalarReader, of text: Span<UInt8>, to bytes: inout [UInt8]) {
        let value = reader.value
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
