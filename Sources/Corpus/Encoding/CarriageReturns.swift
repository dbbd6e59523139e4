/// Reads CR, CR LF and LF as LF, in a text that comes in pieces.
struct CarriageReturns {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private var endsWithReturn = false

    /// Whether the lines of a text end with CR, to judge from its start: it contains CR but no LF. A CR at the very end
    /// of a start that is not the whole text says nothing, because LF may follow.
    static func endLines(of start: Span<UInt8>, isWhole: Bool) -> Bool {
        var hasReturn = false
        for position in 0..<start.count {
            if start[position] == lineFeed { return false }
            if start[position] == carriageReturn, isWhole || position + 1 < start.count { hasReturn = true }
        }
        return hasReturn
    }

    /// Replaces the line ends in the next piece of the text.
    mutating func replace(in text: inout [UInt8]) {
        var to = 0
        for from in text.indices {
            let byte = text[from]
            let isSecondHalf = byte == Self.lineFeed && endsWithReturn
            endsWithReturn = byte == Self.carriageReturn
            if isSecondHalf { continue }
            text[to] = endsWithReturn ? Self.lineFeed : byte
            to += 1
        }
        text.removeLast(text.count - to)
    }
}
