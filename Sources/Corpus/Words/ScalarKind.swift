/// The classes of characters that tokenisers distinguish: some of Unicode's general categories, with additions from
/// UAX 29.
struct ScalarKind: OptionSet {
    var rawValue: UInt8

    /// General category L.
    static let letter = ScalarKind(rawValue: 1)
    /// Combining marks (M) and format characters (Cf), such as joiners, direction marks and soft hyphens, which words
    /// treat in the same way.
    static let mark = ScalarKind(rawValue: 2)
    /// Decimal digits (Nd).
    static let digit = ScalarKind(rawValue: 4)
    /// Punctuation (P).
    static let punctuation = ScalarKind(rawValue: 8)
    /// Connector punctuation (Pc), such as `_`.
    static let connector = ScalarKind(rawValue: 16)
    /// Characters that are words by themselves: Han, Hiragana. (Thai, Lao, Khmer and Burmese would need a dictionary.)
    static let alone = ScalarKind(rawValue: 32)
    /// Emoji, and the regional indicator letters that flags consist of.
    static let pictograph = ScalarKind(rawValue: 64)

    /// The kind of a byte that is not UTF-8, and of all other characters.
    static let none: ScalarKind = []

    private static let tableSize: UInt32 = 0x1_0000

    /// The kinds of all scalars below `tableSize`. The table exists because the standard library takes tens of
    /// nanoseconds per scalar.
    private static let table: [ScalarKind] = (0..<tableSize).map { value in
        Unicode.Scalar(value).map { ScalarKind($0) } ?? .none
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Returns the kind of the scalar with this value.
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
        // Skin colour modifiers follow the emoji that they modify.
        if properties.isEmojiModifier { self = [.mark, .pictograph] }
    }
}

/// Iterates over the scalars of a text in UTF-8.
struct ScalarReader {
    /// The start of the last scalar read, and that of the next one.
    private(set) var start: Int
    private(set) var next: Int
    /// The value of the last scalar read, or `notUTF8`, which is greater than all scalars, for a byte that is not
    /// UTF-8.
    private(set) var value: UInt32 = 0

    static let notUTF8: UInt32 = 0x11_0000

    init(from start: Int) {
        self.start = start
        next = start
    }

    /// Reads the next scalar. Returns false at the end.
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
