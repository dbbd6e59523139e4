package import Corpus

/// The words of a corpus that are kept when it is converted, with their new numbers: the order stays the same, without
/// the words that are removed.
///
/// Without rules all words are kept. With rules the corpus is read twice, the first time to count its words.
package struct KeptWords {
    /// The words that each rule removed.
    package private(set) var removals: [WordRemoval] = []
    /// The new number of each old number; nil if all words are kept.
    private var numbers: [UInt32]?
    /// The old number of each new number.
    private var originals: [Int] = []

    private static let removed = UInt32.max

    package init(in files: [String], _ options: ReadingOptions) throws {
        guard !options.rules.keepsAll else { return }
        var counter = WordCounter()
        var vocabulary = Vocabulary()
        let summary = try DocumentStream.read(files, options: options) { document, words in
            counter.add(document.words.span, document.counts.span, vocabulary: words.count)
        } atEnd: {
            vocabulary = $0
        }
        let decision = options.rules.decide(counter.frequencies(vocabulary, corpusDocuments: summary.lines))
        removals = decision.removals
        var numbers = [UInt32](repeating: Self.removed, count: vocabulary.count)
        for word in 0..<vocabulary.count where decision.isKept[word] {
            numbers[word] = UInt32(originals.count)
            originals.append(word)
        }
        self.numbers = numbers
    }

    /// The number of words that are kept; nil if all are.
    package var count: Int? { numbers == nil ? nil : originals.count }

    /// Returns the old number of a word.
    package func original(_ number: UInt32) -> Int { numbers == nil ? Int(number) : originals[Int(number)] }

    /// Returns the words of a document that are kept, by their new numbers, with their counts.
    package func selecting(_ words: [UInt32], _ counts: [UInt32]) -> (words: [UInt32], counts: [UInt32]) {
        guard let numbers else { return (words, counts) }
        var selected: (words: [UInt32], counts: [UInt32]) = ([], [])
        for (word, count) in zip(words, counts) where numbers[Int(word)] != Self.removed {
            selected.words.append(numbers[Int(word)])
            selected.counts.append(count)
        }
        return selected
    }
}
