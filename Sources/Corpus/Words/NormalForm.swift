/// The normal forms of Unicode (UAX 15) to which text can be converted; raw values are the spellings on the command
/// line. The compatibility forms are not available in Swift's standard library.
package enum NormalForm: String, CaseIterable, Sendable {
    /// The text stays as it is.
    case none
    /// Canonical composition: a letter and a combining mark become one character if there is one for both.
    case nfc

    /// Appends the text at `range` in this form to `bytes`. Bytes that are not UTF-8 stay as they are. O(length).
    func append(_ text: Span<UInt8>, _ range: Range<Int>, to bytes: inout [UInt8]) {
        let piece = text.extracting(range)
        guard self == .nfc, let first = (0..<piece.count).first(where: { piece[$0] >= 0x80 }) else {
            return bytes.append(piece)
        }
        // A mark may combine with the last ASCII character.
        var position = max(0, first - 1)
        bytes.append(piece.extracting(..<position))
        while position < piece.count {
            let rest = piece.extracting(position...)
            let end = TextCheck.firstFault(in: rest) ?? rest.count
            // The standard library has no public name for this property.
            bytes += String(decoding: (0..<end).map { rest[$0] }, as: UTF8.self)._nfcCodeUnits
            position += end
            if position < piece.count {
                bytes.append(piece[position])
                position += 1
            }
        }
    }
}
