import CommandLineTools
import Corpus

/// Which words of a corpus are kept when it is converted, and their numbers: as they come, those that are removed left out.
///
/// Where no rule is given all are kept, and the corpus is read once; else once more, to count its words.
struct KeptWords {
    /// What each rule removed.
    private(set) var removals: [WordRemoval] = []
    /// By old number, the new one; nil: all are kept.
    private var numbers: [UInt32]?
    /// By new number, the old one.
    private var originals: [Int] = []

    private static let removed = UInt32.max

    init(in files: [String], _ options: ReadingOptions) throws {
        guard !options.rules.keepsAll else { return }
        if files.contains("-") {
            throw UsageError("words are counted before any is removed, which reads the corpus twice: name files, not -")
        }
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

    /// How many are kept; nil: all.
    var count: Int? { numbers == nil ? nil : originals.count }

    /// The old number of a word.
    func original(_ number: UInt32) -> Int { numbers == nil ? Int(number) : originals[Int(number)] }

    /// A document's words that are kept, by their new numbers.
    func selecting(_ words: [UInt32], _ counts: [UInt32]) -> (words: [UInt32], counts: [UInt32]) {
        guard let numbers else { return (words, counts) }
        var selected: (words: [UInt32], counts: [UInt32]) = ([], [])
        for (word, count) in zip(words, counts) where numbers[Int(word)] != Self.removed {
            selected.words.append(numbers[Int(word)])
            selected.counts.append(count)
        }
        return selected
    }
}
