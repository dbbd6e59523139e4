extension WordTable {
    /// Reads a list of words: one word per line, or lines `id TAB word TAB documents`, as gensim writes the words of a
    /// corpus, after an optional first line with the number of documents. In the second case word i is that with the
    /// id i, and the ids must be 0 to N - 1.
    ///
    /// A list whose lines begin with different numbers in any other way is refused, because it would not be known which
    /// word a number means.
    package init(wordListFrom path: String, allowsNUL: Bool = false) throws(CorpusError) {
        var lines = WordListLines()
        try Self.forEachLine(of: path, allowsNUL: allowsNUL) { line, place throws(CorpusError) in
            try lines.take(line, place)
        }
        self = try lines.finished(path)
    }
}

/// The lines of a word list, and what they have in common.
private struct WordListLines {
    /// The text of each line before its first TAB.
    private var firstColumn = WordTable()
    /// The ids and words of all lines if all are `id TAB word TAB documents`, except that the first line may be a
    /// number; otherwise nil.
    private var numbered: (ids: [Int], words: WordTable)? = ([], WordTable())
    /// Whether the second column has words, so that the first has ids: a word there is not a number, or the first line
    /// is one. (`dist-lda vocabulary` writes lines `word TAB tokens TAB documents`.)
    private var hasIDs = false
    /// The numbers with which the lines begin; nil if a line does not begin with a number of its own.
    private var leading: Set<Int>? = []
    private var example: (line: Int, text: Excerpt)?

    mutating func take(_ line: Span<UInt8>, _ place: LinePlace) throws(CorpusError) {
        let end = DistLDAFormat.end(ofCellAt: 0, in: line)
        try firstColumn.append(line.extracting(..<end), place)
        let isHead = place.line == 1 && CountField.whole(line, 0..<line.count) != nil
        if isHead {
            hasIDs = true
            return
        }
        takeNumbered(line, end)
        guard leading != nil else { return }
        if let number = Self.leadingNumber(line), leading?.insert(number).inserted == true {
            if example == nil { example = (place.line, Excerpt(line.indices.map { line[$0] })) }
        } else {
            leading = nil
        }
    }

    private mutating func takeNumbered(_ line: Span<UInt8>, _ end: Int) {
        guard numbered != nil else { return }
        let wordEnd = end < line.count ? DistLDAFormat.end(ofCellAt: end + 1, in: line) : end
        guard wordEnd < line.count, wordEnd > end + 1, let id = CountField.whole(line, 0..<end), id < UInt64(Int32.max),
            CountField.whole(line, wordEnd + 1..<line.count) != nil
        else {
            numbered = nil
            return
        }
        numbered?.ids.append(Int(id))
        numbered?.words.append(line.extracting(end + 1..<wordEnd))
        if CountField.whole(line, end + 1..<wordEnd) == nil { hasIDs = true }
    }

    /// Returns the number with which a line begins if a separator and a word follow: `0 ape`, `0,ape`, `1. ape`.
    private static func leadingNumber(_ line: Span<UInt8>) -> Int? {
        var end = 0
        while end < line.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[end]) { end += 1 }
        guard let number = CountField.whole(line, 0..<end), number < UInt64(Int32.max) else { return nil }
        var start = end
        while start < line.count, " \t,;:.)".utf8.contains(line[start]) { start += 1 }
        guard start > end, start < line.count else { return nil }
        // After a mark without a blank, as in `3,5-xylene` and `2.x`, the number belongs to the word.
        let isSeparated = TextFormat.isSpace(line[start - 1]) || ",;:".utf8.contains(line[end])
        let isNumber = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[start])
        return isSeparated && !isNumber ? Int(number) : nil
    }

    consuming func finished(_ path: String) throws(CorpusError) -> WordTable {
        firstColumn.seal()
        if let numbered, hasIDs {
            let count = numbered.ids.count
            var places = [Int](repeating: -1, count: count)
            for (place, id) in numbered.ids.enumerated() where id < count { places[id] = place }
            guard let missing = places.firstIndex(of: -1) else {
                return WordTable(places.lazy.map { numbered.words[$0] })
            }
            throw .wrongIDs(file: path, missing: missing, count: count)
        }
        if let leading, leading.count > 1, let example {
            throw .numberedWords(file: path, line: example.line, text: example.text)
        }
        return firstColumn
    }
}
