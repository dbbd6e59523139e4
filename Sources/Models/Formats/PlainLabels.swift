/// Words and names for files in which white space or line ends separate fields: every white space character in them is
/// written as `_`.
///
/// White space is as defined by Unicode, plus the separators U+001C to U+001F, at which Python splits too, and U+FEFF,
/// which would be a byte-order mark at the start of a file. Bytes that are not UTF-8 are not white space. An empty
/// label is written as `_`.
package enum PlainLabels {
    private static let underscore = UInt8(ascii: "_")

    /// Returns the labels in this form, and the number of labels that were changed. O(bytes).
    package static func of(_ labels: ByteStrings) -> (labels: ByteStrings, replaced: Int) {
        guard (0..<labels.count).contains(where: { !isPlain(labels[$0]) }) else { return (labels, 0) }
        var (plain, replaced) = (ByteStrings(), 0)
        plain.reserveCapacity(words: labels.count, bytes: labels.bytes.count)
        for index in 0..<labels.count {
            if isPlain(labels[index]) {
                plain.append(Array(labels[index]))
            } else {
                plain.append(replacing(labels[index]))
                replaced += 1
            }
        }
        return (plain, replaced)
    }

    package static func isPlain(_ label: ArraySlice<UInt8>) -> Bool {
        !label.isEmpty && !label.indices.contains { spaceLength(in: label, at: $0) > 0 }
    }

    package static func replacing(_ label: ArraySlice<UInt8>) -> [UInt8] {
        if label.isEmpty { return [underscore] }
        var (plain, index) = ([UInt8](), label.startIndex)
        while index < label.endIndex {
            let space = spaceLength(in: label, at: index)
            plain.append(space > 0 ? underscore : label[index])
            index += max(1, space)
        }
        return plain
    }

    /// Returns the number of bytes of the white space character at `index`, or 0 if there is none.
    private static func spaceLength(in label: ArraySlice<UInt8>, at index: Int) -> Int {
        let byte = label[index]
        if byte < 0x80 { return byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte) ? 1 : 0 }
        func next(_ distance: Int) -> UInt8 { index + distance < label.endIndex ? label[index + distance] : 0 }
        switch (byte, next(1), next(2)) {
        case (0xC2, 0x85, _), (0xC2, 0xA0, _): return 2
        case (0xE1, 0x9A, 0x80): return 3
        case (0xE2, 0x80, let last): return (0x80...0x8A).contains(last) || [0xA8, 0xA9, 0xAF].contains(last) ? 3 : 0
        case (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80), (0xEF, 0xBB, 0xBF): return 3
        default: return 0
        }
    }
}
