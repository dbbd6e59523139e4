/// Finds words that are runs of letters. A mark belongs to the letter before it.
enum LetterWords {
    static func cut(_ text: Span<UInt8>, from first: Int, into document: inout ParsedDocument) throws(LineFault) {
        var reader = ScalarReader(from: first)
        var start: Int?
        while reader.advance(in: text) {
            let kind = ScalarKind.of(reader.value)
            if kind.contains(.letter) {
                if start == nil { start = reader.start }
            } else if !kind.contains(.mark), let begun = start {
                try document.append(begun..<reader.start, count: 1)
                start = nil
            }
        }
        if let start { try document.append(start..<text.count, count: 1) }
    }
}

/// Finds the words that MALLET's default expression matches, `\p{L}[\p{L}\p{P}]+\p{L}`.
///
/// In a run of letters and punctuation, the match is the part from the first letter to the last, if it has at least
/// three characters. As in Java, a mark is neither a letter nor punctuation, so a decomposed letter ends a run.
enum MalletWords {
    static func cut(_ text: Span<UInt8>, from first: Int, into document: inout ParsedDocument) throws(LineFault) {
        var reader = ScalarReader(from: first)
        // The start of the run's first letter; the number of characters from there; the end of the last letter, and the
        // number of characters up to it.
        var start: Int?
        var characters = 0
        var (end, letters) = (0, 0)
        while reader.advance(in: text) {
            let kind = ScalarKind.of(reader.value)
            if kind.contains(.letter) {
                if start == nil { (start, characters) = (reader.start, 0) }
                characters += 1
                (end, letters) = (reader.next, characters)
            } else if kind.contains(.punctuation) {
                characters += 1
            } else if let begun = start {
                if letters >= 3 { try document.append(begun..<end, count: 1) }
                start = nil
            }
        }
        if let start, letters >= 3 { try document.append(start..<end, count: 1) }
    }
}
