/// What a character is to the tokenisers: some of Unicode's general categories, and what UAX 29 adds.
struct ScalarKind: OptionSet {
    var rawValue: UInt8

    /// General category L.
    static let letter = ScalarKind(rawValue: 1)
    /// Combining marks (M), and what joins (Cf, but for directions and the soft hyphen's kin it is the same to words).
    static let mark = ScalarKind(rawValue: 2)
    /// Decimal digits (Nd).
    static let digit = ScalarKind(rawValue: 4)
    /// Punctuation (P).
    static let punctuation = ScalarKind(rawValue: 8)
    /// Connector punctuation (Pc), such as `_`.
    static let connector = ScalarKind(rawValue: 16)
    /// Letters that are words by themselves: Han, Hiragana. (Thai, Lao, Khmer and Burmese would need a dictionary.)
    static let alone = ScalarKind(rawValue: 32)
    /// Emoji, and the letters that flags are made of.
    static let pictograph = ScalarKind(rawValue: 64)

    /// That of a byte that is not UTF-8.
    static let none: ScalarKind = []

    private static let tableSize: UInt32 = 0x1_0000

    /// Kinds of all scalars below `tableSize`: the standard library takes tens of nanoseconds for each.
    private static let table: [ScalarKind] = (0..<tableSize).map { value in
        Unicode.Scalar(value).map { ScalarKind($0) } ?? .none
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The kind of the scalar with this value.
    static func of(_ value: UInt32) -> ScalarKind {
        if value < tableSize { return table[Int(value)] }
        return Unicode.Scalar(value).map { ScalarKind($0) } ?? .none
    }

    private init(_ scalar: Unicode.Scalar) {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
        case .nonspacingMark, .spacingMark, .enclosingMark, .format: self = .mark
        case .decimalNumber: self = .digit
        case .connectorPunctuation: self = [.punctuation, .connector]
        case .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation:
            self = .punctuation
        default: self = .none
        }
        if properties.isIdeographic || (0x3041...0x309F).contains(scalar.value) && contains(.letter) {
            insert(.alone)
        }
        let isFlagLetter = (0x1F1E6...0x1F1FF).contains(scalar.value)
        if isFlagLetter || properties.isEmojiPresentation
            || (properties.isEmoji && scalar.value > 0xFF && !contains(.letter) && !contains(.punctuation))
        {
            insert(.pictograph)
        }
        // Modifiers of skin colour follow what they modify.
        if properties.isEmojiModifier { self = [.mark, .pictograph] }
    }
}

/// The scalars of a text in UTF-8, one after another.
struct ScalarReader {
    /// Where the scalar read last begins, and where the next one does.
    private(set) var start: Int
    private(set) var next: Int
    /// Its value; of a byte that is not UTF-8, one above all.
    private(set) var value: UInt32 = 0

    static let notUTF8: UInt32 = 0x11_0000

    init(from start: Int) {
        self.start = start
        next = start
    }

    /// Reads the next scalar; false at the end.
    @inline(__always)
    mutating func advance(in text: Span<UInt8>) -> Bool {
        guard next < text.count else { return false }
        start = next
        let byte = text[start]
        if byte < 0x80 {
            value = UInt32(byte)
            next = start &+ 1
        } else {
            decode(text, byte)
        }
        return true
    }

    private mutating func decode(_ text: Span<UInt8>, _ byte: UInt8) {
        let (length, least): (Int, UInt32) =
            switch byte {
            case 0xC2...0xDF: (2, 0x80)
            case 0xE0...0xEF: (3, 0x800)
            case 0xF0...0xF4: (4, 0x1_0000)
            default: (1, 0)
            }
        next = start + 1
        value = Self.notUTF8
        guard length > 1, start + length <= text.count else { return }
        var decoded = UInt32(byte) & (0x7F >> UInt32(length))
        for position in start + 1..<start + length {
            guard text[position] & 0xC0 == 0x80 else { return }
            decoded = decoded << 6 | UInt32(text[position] & 0x3F)
        }
        guard decoded >= least, Unicode.Scalar(decoded) != nil else { return }
        value = decoded
        next = start + length
    }
}
