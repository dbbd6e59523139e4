/// The vocabulary while it grows: numbers the words of documents, a batch at a time.
///
/// First it takes every word's key and who stands where the word would be looked up, then it sees whether they are the
/// same. In the first step nothing has to be guessed, so the processor waits for many words' cache lines at once;
/// when words were looked up one by one, it waited for each.
struct WordLookup {
    /// How many words are looked up at once.
    static let batch = 64

    var vocabulary = Vocabulary()
    private var keys = [WordKey](repeating: .empty, count: Self.batch)
    /// Those found last.
    private(set) var words = [UInt32](repeating: 0, count: Self.batch)

    /// Finds the numbers of the words of `cells`, no more than a batch, which stand in `line`; new ones join the
    /// vocabulary.
    mutating func find(_ cells: Span<ParsedDocument.Cell>, in line: Span<UInt8>) {
        Self.candidates(for: cells, in: line, from: vocabulary, keys: &keys, words: &words)
        Self.confirm(&words, by: keys, as: cells, in: line, &vocabulary)
    }

    /// What loading holds at its most for the words: the vocabulary, and it again in the order of its blocks.
    var byteCount: Int { vocabulary.byteCount * 2 }

    private static func candidates(
        for cells: Span<ParsedDocument.Cell>, in line: Span<UInt8>, from vocabulary: Vocabulary,
        keys: inout [WordKey], words: inout [UInt32]
    ) {
        var keys = keys.mutableSpan
        var words = words.mutableSpan
        for index in cells.indices {
            let key = WordKey(line, cells[index].range)
            keys[index] = key
            words[index] = vocabulary.candidate(for: key)
        }
    }

    private static func confirm(
        _ words: inout [UInt32], by keys: [WordKey], as cells: Span<ParsedDocument.Cell>, in line: Span<UInt8>,
        _ vocabulary: inout Vocabulary
    ) {
        var words = words.mutableSpan
        for index in cells.indices {
            if vocabulary.isCertain(words[index], for: keys[index]) {
                words[index] &-= 1
            } else {
                words[index] = UInt32(truncatingIfNeeded: vocabulary.insert(line, cells[index].range))
            }
        }
    }
}
