/// Words and names for files in which certain characters separate fields or lines: each such character in them is
/// written as `_`.
///
/// White space is as defined by Unicode, plus the separators U+001C to U+001F, at which Python splits too, and U+FEFF,
/// which would be a byte-order mark at the start of a file. Bytes that are not UTF-8 are not white space. An empty
/// label is written as `_`.
package enum PlainLabels {
    /// The characters that a label of a file must not contain.
    package enum Separators: Sendable {
        /// All white space.
        case whiteSpace
        /// TAB, LF and CR, and U+FEFF: a file has one label per line, which ends at a TAB. A label must also contain
        /// more than white space, because blank lines are ignored.
        case tabsAndLines
    }

    private static let underscore = UInt8(ascii: "_")

    /// Returns the labels in this form, and the number of labels that were changed. Different labels have different
    /// forms: if the form of a changed label would be that of another label, its separators are percent-encoded instead
    /// (`escaped`). O(bytes); if labels are percent-encoded, also the memory of a set of all labels.
    package static func of(
        _ labels: ByteStrings, _ separators: Separators = .whiteSpace
    ) -> (labels: ByteStrings, replaced: Int) {
        let changed = (0..<labels.count).filter { !isPlain(labels[$0], separators) }
        guard !changed.isEmpty else { return (labels, 0) }
        let escaped = escapedForms(of: labels, changed: changed, separators)
        var (plain, next) = (ByteStrings(), changed[...])
        plain.reserveCapacity(words: labels.count, bytes: labels.bytes.count)
        for index in 0..<labels.count {
            if next.first == index {
                next.removeFirst()
                plain.append(escaped[index] ?? replacing(labels[index], separators))
            } else {
                plain.append(Array(labels[index]))
            }
        }
        return (plain, changed.count)
    }

    /// Returns the forms of the changed labels whose usual form is that of another label, by their numbers.
    private static func escapedForms(
        of labels: ByteStrings, changed: [Int], _ separators: Separators
    ) -> [Int: [UInt8]] {
        var owners: [[UInt8]: Int] = [:]
        for index in changed { owners[replacing(labels[index], separators), default: 0] += 1 }
        var next = changed[...]
        for index in 0..<labels.count {
            if next.first == index {
                next.removeFirst()
            } else if let count = owners[Array(labels[index])] {
                owners[Array(labels[index])] = count + 1
            }
        }
        let shared = changed.filter { owners[replacing(labels[$0], separators)] != 1 }
        guard !shared.isEmpty else { return [:] }
        var taken = Set((0..<labels.count).map { Array(labels[$0]) })
        taken.formUnion(owners.keys)
        var forms: [Int: [UInt8]] = [:]
        for index in shared {
            var form = escaped(labels[index], separators)
            while !taken.insert(form).inserted { form = encoding(form[...]) { _ in 0 } }
            forms[index] = form
        }
        return forms
    }

    package static func isPlain(_ label: ArraySlice<UInt8>, _ separators: Separators = .whiteSpace) -> Bool {
        switch separators {
        case .whiteSpace:
            !label.isEmpty && !label.indices.contains { separatorLength(in: label, at: $0, separators) > 0 }
        case .tabsAndLines:
            hasText(label) && !label.indices.contains { separatorLength(in: label, at: $0, separators) > 0 }
        }
    }

    /// Returns the label with `_` in the place of each separator.
    package static func replacing(_ label: ArraySlice<UInt8>, _ separators: Separators = .whiteSpace) -> [UInt8] {
        if label.isEmpty { return [underscore] }
        let separators = hasText(label) ? separators : .whiteSpace
        var (plain, index) = ([UInt8](), label.startIndex)
        while index < label.endIndex {
            let length = separatorLength(in: label, at: index, separators)
            plain.append(length > 0 ? underscore : label[index])
            index += max(1, length)
        }
        return plain
    }

    /// Returns the label with each byte of its separators, and each `%`, as `%` and two hexadecimal digits. Different
    /// labels have different forms.
    package static func escaped(_ label: ArraySlice<UInt8>, _ separators: Separators = .whiteSpace) -> [UInt8] {
        if label.isEmpty { return [UInt8(ascii: "%")] }
        let separators = hasText(label) ? separators : .whiteSpace
        return encoding(label) { separatorLength(in: label, at: $0, separators) }
    }

    /// Returns the label with percent-encoded `%` and separators, whose lengths `length` returns.
    private static func encoding(_ label: ArraySlice<UInt8>, _ length: (Int) -> Int) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var (form, index) = ([UInt8](), label.startIndex)
        while index < label.endIndex {
            let encoded = max(label[index] == UInt8(ascii: "%") ? 1 : 0, length(index))
            for byte in label[index..<index + max(1, encoded)] {
                form += encoded > 0 ? [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] : [byte]
            }
            index += max(1, encoded)
        }
        return form
    }

    /// Whether the label contains more than ASCII white space.
    private static func hasText(_ label: ArraySlice<UInt8>) -> Bool {
        label.contains { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    }

    /// Returns the number of bytes of the separator at `index`, or 0 if there is none.
    private static func separatorLength(in label: ArraySlice<UInt8>, at index: Int, _ separators: Separators) -> Int {
        let byte = label[index]
        func next(_ distance: Int) -> UInt8 { index + distance < label.endIndex ? label[index + distance] : 0 }
        if case .tabsAndLines = separators {
            if byte == 0x09 || byte == 0x0A || byte == 0x0D { return 1 }
            return (byte, next(1), next(2)) == (0xEF, 0xBB, 0xBF) ? 3 : 0
        }
        if byte < 0x80 { return byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte) ? 1 : 0 }
        switch (byte, next(1), next(2)) {
        case (0xC2, 0x85, _), (0xC2, 0xA0, _): return 2
        case (0xE1, 0x9A, 0x80): return 3
        case (0xE2, 0x80, let last): return (0x80...0x8A).contains(last) || [0xA8, 0xA9, 0xAF].contains(last) ? 3 : 0
        case (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80), (0xEF, 0xBB, 0xBF): return 3
        default: return 0
        }
    }
}
