/// What a text contains that correct text in UTF-8 does not.
struct TextOddities: OptionSet, Sendable {
    let rawValue: UInt8

    static let notUTF8 = TextOddities(rawValue: 1)
    static let nul = TextOddities(rawValue: 2)
    /// A carriage return that does not precede a line feed.
    static let loneReturn = TextOddities(rawValue: 4)

    /// Returns the oddities of a text, except lone carriage returns.
    static func found(in text: Span<UInt8>) -> TextOddities {
        var oddities: TextOddities = TextCheck.isUTF8(text) ? [] : .notUTF8
        if TextCheck.hasNUL(text) { oddities.insert(.nul) }
        return oddities
    }
}
