/// A growing vocabulary that numbers the words of documents, one batch at a time.
///
/// The first step computes every word's key and reads the first slot in which the word is looked up. The second step
/// checks whether that slot holds the word. The first step has no branches to predict, so the processor waits for the
/// cache lines of many words at once; when words were looked up one by one, it waited for each of them.
struct WordLookup {
    /// The number of words that are looked up at once.
    static let batch = 64

    var vocabulary = Vocabulary()
    private var keys = [WordKey](repeating: .empty, count: Self.batch)
    /// The numbers of the words of the last batch.
    private(set) var words = [UInt32](repeating: 0, count: Self.batch)

    /// Finds the numbers of the words of `cells`, at most one batch, which refer to `line`. New words are added to the
    /// vocabulary.
    mutating func find(_ cells: Span<ParsedDocument.Cell>, in line: Span<UInt8>) {
        Self.candidates(for: cells, in: line, from: vocabulary, keys: &keys, words: &words)
        Self.confirm(&words, by: keys, as: cells, in: line, &vocabulary)
    }

    /// The peak memory that loading needs for words: the vocabulary, and a copy of it in the order of the blocks.
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
