/// Finds words as Unicode defines them. The rules are close to UAX 29; a word is one of these:
///
/// - A run of letters, digits and connectors (`_`) with their marks that contains a letter or a digit. One of
///   `' ’ . · : ‧` between two letters and one of `' . , ;` between two digits are part of the word: `don't`, `3.14`.
/// - A single Han or Hiragana character, because joining them would need a dictionary. Katakana forms runs.
/// - An emoji with its modifiers and the emoji joined to it, or the two letters of a flag.
enum UnicodeWords {
    static func cut(_ text: Span<UInt8>, from first: Int, into document: inout ParsedDocument) throws(LineFault) {
        var cutter = Cutter()
        var reader = ScalarReader(from: first)
        while reader.advance(in: text) { try cutter.take(reader, into: &document) }
        try cutter.close(into: &document)
    }

    private struct Cutter {
        private enum Open { case nothing, word, alone, pictograph }

        private static let joiner: UInt32 = 0x200D

        private var open = Open.nothing
        private var start = 0
        private var end = 0
        /// Whether the word contains a letter or a digit.
        private var isWord = false
        /// The kind of its last character that is not a mark, and the character after it that may join it to the next.
        private var last = ScalarKind.none
        private var middle: UInt32?
        /// Whether the pictograph ends with a joiner, or is half a flag.
        private var isJoining = false
        private var isHalfFlag = false

        mutating func take(_ reader: ScalarReader, into document: inout ParsedDocument) throws(LineFault) {
            let kind = ScalarKind.of(reader.value)
            if kind.contains(.mark) {
                guard open != .nothing, middle == nil else { return try close(into: &document) }
                end = reader.next
                isJoining = reader.value == Self.joiner
                return
            }
            if kind.contains(.pictograph) {
                let isFlag = (0x1F1E6...0x1F1FF).contains(reader.value)
                if open == .pictograph, isJoining || (isHalfFlag && isFlag) {
                    end = reader.next
                    (isJoining, isHalfFlag) = (false, false)
                } else {
                    try begin(.pictograph, reader, into: &document)
                    isHalfFlag = isFlag
                }
                return
            }
            if kind.contains(.alone) { return try begin(.alone, reader, into: &document) }
            if kind.isDisjoint(with: [.letter, .digit, .connector]) {
                if open == .word, middle == nil, Self.mayJoin(reader.value, last) {
                    middle = reader.value
                } else {
                    try close(into: &document)
                }
                return
            }
            if open != .word || !joins(kind) { try begin(.word, reader, into: &document) }
            end = reader.next
            last = kind
            middle = nil
            if !kind.isDisjoint(with: [.letter, .digit]) { isWord = true }
        }

        mutating func close(into document: inout ParsedDocument) throws(LineFault) {
            defer { (open, middle) = (.nothing, nil) }
            if open == .nothing || (open == .word && !isWord) { return }
            try document.append(start..<end, count: 1)
        }

        private mutating func begin(
            _ kind: Open, _ reader: ScalarReader, into document: inout ParsedDocument
        ) throws(LineFault) {
            try close(into: &document)
            open = kind
            (start, end) = (reader.start, reader.next)
            (isWord, isJoining, isHalfFlag) = (false, false, false)
            last = .none
        }

        /// Whether a character of this kind continues the word after the character in the middle.
        private func joins(_ kind: ScalarKind) -> Bool {
            guard let middle else { return true }
            let both = last.intersection(kind)
            if both.contains(.letter) { return Self.joinsLetters(middle) }
            return both.contains(.digit) && Self.joinsDigits(middle)
        }

        private static func mayJoin(_ value: UInt32, _ last: ScalarKind) -> Bool {
            (last.contains(.letter) && joinsLetters(value)) || (last.contains(.digit) && joinsDigits(value))
        }

        /// Whether the character joins letters: ' . : · · ‧ ’ and their wide forms.
        private static func joinsLetters(_ value: UInt32) -> Bool {
            switch value {
            case 0x27, 0x2E, 0x3A, 0xB7, 0x387, 0x2018, 0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E,
                0xFF1A:
                true
            default: false
            }
        }

        /// Whether the character joins digits: ' . , ; and their wide forms.
        private static func joinsDigits(_ value: UInt32) -> Bool {
            switch value {
            case 0x27, 0x2C, 0x2E, 0x3B, 0x37E, 0x589, 0x60C, 0x60D, 0x66C, 0x2018, 0x2019, 0x2024, 0x2044, 0xFE10,
                0xFE14, 0xFE50, 0xFE52, 0xFE54, 0xFF07, 0xFF0C, 0xFF0E, 0xFF1B:
                true
            default: false
            }
        }
    }
}
